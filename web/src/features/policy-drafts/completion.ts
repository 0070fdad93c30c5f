import type { DraftNames } from "@/api/types";

export interface Place {
  kind: "formula" | keyof Lists;
  /** Where the word being written begins. */
  from: number;
}

interface Lists {
  clauses: unknown;
  units: unknown;
  criteria: unknown;
  indicators: unknown;
  parameters: unknown;
  facts: unknown;
  evidence: unknown;
  catalogs: unknown;
  benchmarks: unknown;
}

export interface Choice {
  label: string;
  detail: string;
  info: string;
  kind: "function" | "variable" | "constant" | "property";
}

/** Keys of the package format whose value names something. */
const KEYS: Record<string, Place["kind"]> = {
  formula: "formula",
  clause: "clauses",
  clauses: "clauses",
  unit: "units",
  criterion: "criteria",
  criteria: "criteria",
  indicator: "indicators",
  parameter: "parameters",
  fact: "facts",
  facts: "facts",
  evidence: "evidence",
  catalog: "catalogs",
  benchmark: "benchmarks",
};

/** Is the place inside a text of several lines? Answers its key and where the text begins. */
function multiline(before: string): { key: string; start: number } | null {
  const marks = [...before.matchAll(/"""/g)];
  if (marks.length % 2 === 0) return null;
  const start = (marks.at(-1)?.index ?? 0) + 3;
  const key = /([A-Za-z_]+)\s*=\s*$/.exec(before.slice(0, start - 3))?.[1];
  return key ? { key, start } : null;
}

/** The key whose text is being written on this line, and where the text begins: `key = "…` or `key = ["a", "…`. */
function inline(line: string): { key: string; start: number } | null {
  let open = -1;
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === "#" && open < 0) return null;
    if (line[at] === '"' && line[at - 1] !== "\\") open = open < 0 ? at : -1;
  }
  if (open < 0) return null;
  const key = /([A-Za-z_]+)\s*=\s*(?:\[[^\]]*)?$/.exec(line.slice(0, open))?.[1];
  return key ? { key, start: open + 1 } : null;
}

/** What can be completed at a place of a file, if anything. */
export function placeOf(text: string, position: number): Place | null {
  const before = text.slice(0, position);
  const lineStart = before.lastIndexOf("\n") + 1;
  const long = multiline(before);
  const found = long ?? inline(before.slice(lineStart));
  const kind = found ? KEYS[found.key] : undefined;
  if (!found || !kind) return null;
  const start = long ? found.start : lineStart + found.start;
  if (kind !== "formula") return { kind, from: start };
  const word = /[A-Za-z_][\w.]*$/.exec(before.slice(start))?.[0] ?? "";
  return { kind, from: position - word.length };
}

/** What can be written there. */
export function choicesOf(names: DraftNames, kind: Place["kind"]): Choice[] {
  const entries = (list: keyof Omit<Lists, "units">, word: string, as: Choice["kind"]): Choice[] =>
    names[list].map((one) => ({
      label: one.id,
      detail: one.name,
      info: [word, one.name, one.value ? `现值 ${one.value}` : "", one.unit ?? ""]
        .filter(Boolean)
        .join(" · "),
      kind: as,
    }));
  if (kind === "units")
    return names.units.map((unit) => ({ label: unit, detail: "", info: "单位", kind: "constant" }));
  if (kind !== "formula") return entries(kind, "", "constant");
  return [
    ...names.fields.map((one) => ({
      label: one.id,
      detail: one.name,
      info: ["填报项", one.name, one.unit ?? ""].filter(Boolean).join(" · "),
      kind: "property" as const,
    })),
    ...entries("indicators", "指标", "variable"),
    ...entries("parameters", "参数", "constant"),
    ...entries("benchmarks", "对照数", "constant"),
    ...names.functions.map((one) => ({
      label: one.name,
      detail: one.signature,
      info: `${one.signature}\n${one.help}`,
      kind: "function" as const,
    })),
  ];
}
