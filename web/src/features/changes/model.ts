import type { FigureState } from "@/api/types";
import { formatDecimal } from "@/lib/decimal";
import { instantOfWuxi, showDay, showInstant } from "@/lib/dates";

export interface Span {
  days: number;
  words: string;
}

/** Spans that are offered, by how many midnights of Wuxi they reach back. */
export const SPANS: readonly Span[] = [
  { days: 0, words: "今天" },
  { days: 6, words: "近 7 天" },
  { days: 29, words: "近 30 天" },
];

const DAY_MS = 86_400_000;

/** Midnight in Wuxi, so many days before an instant. */
export function midnight(now: Date, days: number): string {
  return instantOfWuxi(`${showDay(new Date(now.getTime() - days * DAY_MS).toISOString())}T00:00:00`);
}

/** "第 12 号" for a commit number, the clock time for an instant. */
export function timeWords(time: string): string {
  return /^\d+$/.test(time) ? `第 ${time} 号登记` : showInstant(time);
}

/** A figure in its own unit with all the digits that the server sent: two that differ must look different. */
export function figureWords(state: FigureState | null | undefined, unit: string): string {
  if (!state) return "—";
  if (state.value != null) return `${formatDecimal(state.value)} ${unit}`.trim();
  if (state.reason) return state.reason;
  const { low, high } = state.bounds ?? {};
  const lacks = `缺 ${state.missing} 项`;
  const end = (value: string): string => `${formatDecimal(value)} ${unit}`.trim();
  if (low != null && high != null) return `${lacks}，在 ${formatDecimal(low)} 与 ${end(high)} 之间`;
  if (low != null) return `${lacks}，不低于 ${end(low)}`;
  if (high != null) return `${lacks}，不高于 ${end(high)}`;
  return lacks;
}

/** "缺 3 项 → 缺 1 项"; nothing when none is lacking on either side or nothing moved. */
export function missingWords(before: number, after: number): string {
  if (before === after) return "";
  const side = (count: number): string => (count === 0 ? "齐全" : `缺 ${count} 项`);
  return `${side(before)} → ${side(after)}`;
}
