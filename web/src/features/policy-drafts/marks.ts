import type { WordsPart } from "@/api/types";

/** One sentence with what changes marked: the common beginning and end stay. Figures are never cut in two. */
export function markChange(before: string, after: string): WordsPart[] {
  if (before === after) return before ? [{ kind: "same", text: before }] : [];
  const shortest = Math.min(before.length, after.length);
  let head = 0;
  while (head < shortest && before[head] === after[head]) head += 1;
  while (head > 0 && /[\d.]/.test(before[head - 1] ?? "")) head -= 1;
  let tail = 0;
  while (tail < shortest - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1;
  while (tail > 0 && /[\d.]/.test(before.at(-tail) ?? "")) tail -= 1;
  const parts: WordsPart[] = [
    { kind: "same", text: before.slice(0, head) },
    { kind: "removed", text: before.slice(head, before.length - tail) },
    { kind: "added", text: after.slice(head, after.length - tail) },
    { kind: "same", text: before.slice(before.length - tail) },
  ];
  return parts.filter((part) => part.text.length > 0);
}

/** Two texts line by line: a longest common subsequence, each line with its end. */
export function markLines(before: string, after: string): WordsPart[] {
  const lines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  const [old, now] = [lines(before), lines(after)];
  const width = now.length + 1;
  const best = new Uint32Array((old.length + 1) * width);
  const at = (i: number, j: number): number => best[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = now.length - 1; j >= 0; j -= 1)
      best[i * width + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const parts: WordsPart[] = [];
  const push = (kind: WordsPart["kind"], text: string): void => {
    const last = parts.at(-1);
    if (last?.kind === kind) last.text += text;
    else parts.push({ kind, text });
  };
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      push("same", old[i] ?? "");
      i += 1;
      j += 1;
    } else if (i < old.length && (j === now.length || at(i + 1, j) >= at(i, j + 1))) {
      push("removed", old[i] ?? "");
      i += 1;
    } else {
      push("added", now[j] ?? "");
      j += 1;
    }
  }
  return parts;
}

/** The sentence with the number replaced where it stands exactly once as a whole number; else null. */
export function replaceNumber(sentence: string, old: string, now: string): string | null {
  const escaped = old.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const places = [...sentence.matchAll(new RegExp(`(?<![\\d.])${escaped}(?![\\d]|\\.\\d)`, "g"))];
  const only = places.length === 1 ? places[0] : undefined;
  if (!only) return null;
  return sentence.slice(0, only.index) + now + sentence.slice(only.index + old.length);
}
