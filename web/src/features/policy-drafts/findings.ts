import type { Finding } from "@/api/types";

export interface Span {
  from: number;
  to: number;
}

/** Offset of a place: line and column from 1, columns counted in characters; clamped to the text. */
export function offsetOf(text: string, line: number, column: number): number {
  let at = 0;
  for (let left = line - 1; left > 0; left -= 1) {
    const next = text.indexOf("\n", at);
    if (next < 0) return text.length;
    at = next + 1;
  }
  const end = text.indexOf("\n", at);
  const rest = text.slice(at, end < 0 ? text.length : end);
  // A character outside the basic plane is one column and two code units.
  return at + [...rest].slice(0, Math.max(0, column - 1)).join("").length;
}

/** What to underline: what was found when it stands there, else the word, else to the end of the line. */
export function spanOf(text: string, finding: Finding): Span {
  const from = offsetOf(text, finding.line, finding.column);
  const end = text.indexOf("\n", from);
  const rest = text.slice(from, end < 0 ? text.length : end);
  if (finding.found && rest.startsWith(finding.found)) return { from, to: from + finding.found.length };
  const word = /^(?:"[^"]*"|[\p{L}\p{N}_.-]+)/u.exec(rest)?.[0] ?? rest.trimEnd();
  if (word.length > 0) return { from, to: from + word.length };
  return from > 0 && text[from - 1] !== "\n" ? { from: from - 1, to: from } : { from, to: from };
}

/** One text per finding, with what was found, what was expected and what to do. */
export function findingWords(finding: Finding): string {
  const parts = [finding.message];
  if (finding.found) parts.push(`写的是：${finding.found}`);
  if (finding.expected) parts.push(`应为：${finding.expected}`);
  if (finding.hint) parts.push(`办法：${finding.hint}`);
  return parts.join("\n");
}

/** The next finding after a place, round to the first one again; files in the order of the list. */
export function nextFinding(
  findings: readonly Finding[],
  path: string,
  line: number,
  column: number,
): Finding | null {
  const files = [...new Set(findings.map((one) => one.file))].sort();
  const sorted = [...findings].sort(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
  const isAfter = (one: Finding): boolean =>
    one.file === path ? one.line > line || (one.line === line && one.column > column) : one.file > path;
  return sorted.find(isAfter) ?? sorted[0] ?? null;
}

export function countBySeverity(findings: readonly Finding[]): { errors: number; warnings: number } {
  const errors = findings.filter((one) => one.severity === "error").length;
  return { errors, warnings: findings.length - errors };
}
