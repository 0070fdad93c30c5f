/** The three outcomes, always as icon + word + colour, so that nothing is told by colour alone. */
export type Outcome = "met" | "not_met" | "undecided";

export interface OutcomeMarkSpec {
  word: string;
  className: string;
  /** Drawn inside a 16×16 box. */
  path: string;
}

const MARKS: Record<Outcome, OutcomeMarkSpec> = {
  met: { word: "满足", className: "is-met", path: "M3.5 8.5l3 3 6-7" },
  not_met: { word: "不满足", className: "is-not-met", path: "M4 4l8 8M12 4l-8 8" },
  undecided: { word: "暂不能判定", className: "is-undecided", path: "M3.5 8h9" },
};

export const OUTCOMES: readonly Outcome[] = ["met", "not_met", "undecided"];

/** The mark of an outcome; an outcome this page does not know is never shown as one that it knows. */
export function outcomeMark(outcome: string): OutcomeMarkSpec {
  const known = readOutcome(outcome);
  return known ? MARKS[known] : { word: outcome || "无结论", className: "is-unknown", path: "M8 8h.01" };
}

export function readOutcome(text: string): Outcome | null {
  return (OUTCOMES as readonly string[]).includes(text) ? (text as Outcome) : null;
}

/** Key of an outcome in the API's counts. */
export function countKey(outcome: Outcome): "met" | "notMet" | "undecided" {
  return outcome === "not_met" ? "notMet" : outcome;
}

/** A target is reached or not, where a condition is met or not. */
export function targetWord(word: string): string {
  return { 满足: "已达到", 不满足: "未达到" }[word] ?? word;
}
