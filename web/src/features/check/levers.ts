import type { Lever } from "@/api/types";
import { compareDecimals, isDecimal, showFigure, type MoneyUnit } from "@/lib/decimal";
import { lineOf, writeLines } from "@/features/whatif/supposed";

function figure(value: string, unit: string | null | undefined, money: MoneyUnit): string {
  if (!isDecimal(value)) return value;
  const shown = showFigure(value, unit ?? "", money);
  return `${shown.text} ${shown.unit}`.trim();
}

/** "不低于 60.00 万元", "不高于 …", "填报即可". */
export function leverNeeded(lever: Lever, money: MoneyUnit): string {
  if (lever.needed == null) return "";
  if (lever.sense === "any") return "填报即可";
  if (lever.kind === "evidence") return "上传即可";
  if (lever.kind === "fact") return "判定为符合";
  const value = figure(lever.needed, lever.unit, money);
  const side = lever.sense === "atLeast" ? "不低于 " : lever.sense === "atMost" ? "不高于 " : "";
  return `${side}${value}${lever.isLeast ? "" : "（不一定最小）"}`;
}

/** "增加 20.00 万元（33.33 %）"; nothing for what is no number. */
export function leverChange(lever: Lever, money: MoneyUnit): string {
  if (!lever.change || !isDecimal(lever.change)) return "";
  const isMore = compareDecimals(lever.change, "0") > 0;
  const share = lever.relative ? `（${lever.relative} %）` : "";
  return `${isMore ? "增加" : "减少"} ${figure(lever.change.replace(/^[+-]/, ""), lever.unit, money)}${share}`;
}

export interface LeverGroups {
  able: Lever[];
  unable: { reason: string; fields: string[]; count: number }[];
}

/** Those that do, in the server's order; the others by reason, with the names of their fields. */
export function leverGroups(levers: readonly Lever[]): LeverGroups {
  const unable = new Map<string, { reason: string; fields: string[]; count: number }>();
  for (const lever of levers) {
    if (!lever.reason) continue;
    const group = unable.get(lever.reason) ?? { reason: lever.reason, fields: [], count: 0 };
    group.count += 1;
    if (!group.fields.includes(lever.fieldName)) group.fields.push(lever.fieldName);
    unable.set(lever.reason, group);
  }
  return { able: levers.filter((lever) => lever.needed != null), unable: [...unable.values()] };
}

/** The what-if page with this change filled in; none where what is lacking is no filing. */
export function leverQuery(
  lever: Lever,
  query: Record<string, unknown>,
): Record<string, string | string[]> | null {
  const line = lineOf(lever);
  if (!line) return null;
  const kept = ["assessment", "year", "asOf"].flatMap((key) => {
    const value = query[key];
    return typeof value === "string" && value ? [[key, value] as const] : [];
  });
  const readings = Array.isArray(query.reading)
    ? query.reading.filter((one): one is string => typeof one === "string")
    : [];
  return { ...Object.fromEntries(kept), reading: readings, file: writeLines([line]) };
}
