import type { CriterionResult, MissingItem, TestResult } from "@/api/types";
import { compareDecimals, isDecimal, showFigure, formatDecimal, type MoneyUnit } from "@/lib/decimal";

const OPERATORS: Record<string, string> = {
  ">=": "不低于",
  ">": "超过",
  "<=": "不高于",
  "<": "低于",
  "=": "等于",
};

/** ">=" → "不低于"; an unknown sign is shown as it came. */
export function operatorWords(op: string | null | undefined): string {
  return op ? (OPERATORS[op] ?? op) : "";
}

/** Unit of a difference: shares differ by percentage points, not by per cent. */
export function differenceUnit(unit: string | null | undefined): string {
  return unit === "%" ? "个百分点" : (unit ?? "");
}

/** "高于门槛 11.84 个百分点", "低于门槛 3.49 个百分点", "正好等于门槛". */
export function distanceWords(
  distance: string | null | undefined,
  unit: string | null | undefined,
  money: MoneyUnit,
): string {
  if (!distance || !isDecimal(distance)) return "";
  const side = compareDecimals(distance, "0");
  if (side === 0) return "正好等于门槛";
  const shown = showFigure(distance.replace(/^[+-]/, ""), differenceUnit(unit), money);
  return `${side > 0 ? "高于" : "低于"}门槛 ${shown.text} ${shown.unit}`.trim();
}

/** The span that is still possible while figures are missing: "22.80 – 25.10". */
export function boundsWords(bounds: TestResult["bounds"]): string {
  if (!bounds) return "";
  const low = !bounds.low ? null : formatDecimal(bounds.low);
  const high = !bounds.high ? null : formatDecimal(bounds.high);
  const about = bounds.isWide ? "（粗略估计）" : "";
  if (low !== null && high !== null) return `${low} – ${high}${about}`;
  if (low !== null) return `${low} 以上${about}`;
  return high !== null ? `${high} 以下${about}` : "";
}

const KINDS: Record<string, string> = {
  figure: "数据",
  benchmark: "全市基准",
  fact: "判定",
  evidence: "材料",
};

export function missingKind(kind: string): string {
  return KINDS[kind] ?? kind;
}

export interface MissingGroup {
  key: string;
  kind: string;
  who: string;
  what: string[];
  since: string | null;
  form: string | null;
  period: string | null;
  subject: { id: string; name: string } | null;
}

/** One line for each who owes, with all that is owed for the same form and period. */
export function groupMissing(items: readonly MissingItem[]): MissingGroup[] {
  const groups = new Map<string, MissingGroup>();
  for (const item of items) {
    const key = [item.kind, item.subject?.id, item.owedBy, item.form, item.period, item.since].join("|");
    const what = item.fieldName || item.field;
    const group = groups.get(key);
    if (group) {
      if (!group.what.includes(what)) group.what.push(what);
      continue;
    }
    groups.set(key, {
      key,
      kind: item.kind,
      who: item.owedBy,
      what: [what],
      since: item.since ?? null,
      form: item.form ?? null,
      period: item.period ?? null,
      subject: item.subject ?? null,
    });
  }
  return [...groups.values()];
}

/** All that is missing below a criterion, its parts included. */
export function allMissing(criterion: TestResult): MissingItem[] {
  const own = criterion.missing;
  const parts = criterion.parts.flatMap(allMissing);
  const seen = new Set<string>();
  return [...own, ...parts].filter((item) => {
    const key = JSON.stringify(item);
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** What is missing over all conditions and could still change an outcome, each once. */
export function decisiveMissing(criteria: readonly CriterionResult[]): MissingItem[] {
  const open = criteria.filter((one) => one.couldChange);
  const seen = new Map(open.flatMap(allMissing).map((item) => [JSON.stringify(item), item]));
  return [...seen.values()];
}

/** How many parts of a condition made of facts and evidence hold: "4/7 项成立". */
export function partsWords(criterion: CriterionResult): string {
  if (criterion.parts.length === 0) return "";
  const met = criterion.parts.filter((part) => part.outcome === "met").length;
  const counted = `${met}/${criterion.parts.length} 项成立`;
  return criterion.kind === "any" ? `${counted}（任一项即可）` : counted;
}

/** The outcome that counts: a soft norm with an approved exception is met whatever the figures say. */
export function countsAs(criterion: Pick<CriterionResult, "outcome" | "exception">): string {
  return criterion.exception ? "met" : criterion.outcome;
}
