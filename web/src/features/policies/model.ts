import type {
  Policy,
  PolicyClause,
  PolicyCriterion,
  PolicyIndicator,
  PolicyParameter,
  PolicyTarget,
  PolicyTask,
} from "@/api/types";

export interface ClauseRules {
  criteria: PolicyCriterion[];
  indicators: PolicyIndicator[];
  parameters: PolicyParameter[];
}

/** What in the package rests on one clause. */
export function rulesOf(policy: Policy, clause: PolicyClause): ClauseRules {
  return {
    criteria: policy.criteria.filter((one) => clause.criteria.includes(one.id)),
    indicators: policy.indicators.filter((one) => clause.indicators.includes(one.id)),
    parameters: policy.parameters.filter((one) => clause.parameters.includes(one.id)),
  };
}

/** Targets that cite a clause, and its tasks. */
export function dutiesOf(
  policy: Policy,
  clause: PolicyClause,
): { targets: PolicyTarget[]; tasks: PolicyTask[] } {
  return {
    targets: policy.targets.filter((one) => clause.targets.includes(one.id)),
    tasks: policy.tasks.filter((one) => clause.tasks.includes(one.id)),
  };
}

/** Clauses that hold the words, in text, title, duty units or the names of their rules, targets and tasks. */
export function findClauses(policy: Policy, words: string): PolicyClause[] {
  const wanted = words.trim();
  if (!wanted) return policy.clauses;
  return policy.clauses.filter((clause) => {
    const rules = rulesOf(policy, clause);
    const duties = dutiesOf(policy, clause);
    const all = [
      ...rules.criteria,
      ...rules.indicators,
      ...rules.parameters,
      ...duties.targets,
      ...duties.tasks,
    ];
    const names = all.map((one) => one.name);
    return [clause.id, clause.title, clause.text, ...clause.dutyUnits, ...names].some((text) =>
      text.includes(wanted),
    );
  });
}

export interface Piece {
  text: string;
  isMark: boolean;
}

/** Splits a text at the quotations that rules rest on and at the words searched for, for marking. */
export function markPieces(text: string, quotes: readonly string[]): Piece[] {
  const spans = quotes
    .filter((quote) => quote.length > 0)
    .map((quote) => ({ from: text.indexOf(quote), length: quote.length }))
    .filter((span) => span.from >= 0)
    .sort((a, b) => a.from - b.from || b.length - a.length);
  const pieces: Piece[] = [];
  let at = 0;
  for (const span of spans) {
    const end = span.from + span.length;
    if (end <= at) continue;
    const from = Math.max(span.from, at);
    if (from > at) pieces.push({ text: text.slice(at, from), isMark: false });
    pieces.push({ text: text.slice(from, end), isMark: true });
    at = end;
  }
  if (at < text.length) pieces.push({ text: text.slice(at), isMark: false });
  return pieces;
}
