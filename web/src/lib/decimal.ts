/**
 * Decimal figures arrive and leave as strings ("61.84"); nothing on the way is a floating-point number.
 * Rounding happens here, once, for display only, and never moves a figure over its threshold.
 */
import Big from "big.js";

const Decimal = Big();
Decimal.DP = 40;
Decimal.strict = true;

export type MoneyUnit = "万元" | "亿元";

/** 1 亿元 = 10 000 万元, so the switch is a shift by four places and always exact. */
const MONEY_SHIFT = 4;

const PLAIN = /^[+-]?\d+(\.\d+)?$/;

/** Is this a plain decimal such as "-12.50" (no exponent, no separators)? */
export function isDecimal(text: string): boolean {
  return PLAIN.test(text);
}

function grouped(plain: string): string {
  const isNegative = plain.startsWith("-");
  const [whole = "0", fraction] = plain.replace("-", "").split(".");
  const body = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return `${isNegative ? "−" : ""}${body}${fraction ? `.${fraction}` : ""}`;
}

/** Digits after the point of a plain decimal. */
export function decimalsOf(value: string): number {
  return value.split(".")[1]?.length ?? 0;
}

/** "1234567.5" → "1,234,567.50" with `decimals` 2 (half away from zero); without `decimals` every digit stays. */
export function formatDecimal(value: string, decimals?: number): string {
  if (!isDecimal(value)) return value;
  const exact = new Decimal(value.replace("+", ""));
  return grouped(exact.toFixed(decimals ?? decimalsOf(value), Big.roundHalfUp));
}

/** Shifts the decimal point: `shift(value, -4)` turns 万元 into 亿元 without losing a digit. */
export function shift(value: string, places: number): string {
  const factor = new Decimal("10").pow(Math.abs(places));
  const exact = new Decimal(value);
  const moved = places >= 0 ? exact.times(factor) : exact.div(factor);
  return moved.toFixed();
}

export interface Shown {
  text: string;
  unit: string;
  /** Every digit, in the unit it was filed in, for the tooltip. */
  exact: string;
}

/** A figure in the unit the reader prefers. Only amounts in 万元 or 亿元 follow the switch. */
export function showFigure(value: string, unit: string, prefer: MoneyUnit, decimals?: number): Shown {
  // A calendar year is a name, not a quantity: no thousands in it.
  if (unit === "年" && /^\d{4}$/.test(value)) return { text: value, unit, exact: `${value} ${unit}` };
  const exact = `${formatDecimal(value)} ${unit}`.trim();
  const isMoney = unit === "万元" || unit === "亿元";
  if (!isMoney || unit === prefer || !isDecimal(value))
    return { text: formatDecimal(value, decimals), unit, exact };
  const moved = shift(value, unit === "万元" ? -MONEY_SHIFT : MONEY_SHIFT);
  // In 亿元 four more places would be needed to keep every digit; two fewer than that stay readable.
  const places = unit === "万元" ? Math.min(decimalsOf(moved), 4) : decimalsOf(moved);
  return { text: formatDecimal(moved, places), unit: prefer, exact };
}

export function compareDecimals(left: string, right: string): -1 | 0 | 1 {
  return new Decimal(left).cmp(right);
}

/** Least and greatest of some decimals; both "0" when there are none. */
export function extremes(values: readonly string[]): [least: string, most: string] {
  const sorted = [...values].sort(compareDecimals);
  return [sorted[0] ?? "0", sorted.at(-1) ?? "0"];
}

export function addDecimals(values: readonly string[]): string {
  return values.reduce((sum, value) => sum.plus(value), new Decimal("0")).toFixed();
}

export function subtractDecimals(left: string, right: string): string {
  return new Decimal(left).minus(right).toFixed();
}

export function multiplyDecimals(left: string, right: string): string {
  return new Decimal(left).times(right).toFixed();
}

export function divideDecimals(left: string, right: string, decimals: number): string {
  return new Decimal(left).div(right).toFixed(decimals, Big.roundHalfUp);
}

/** Removes zeros that carry nothing: "50.00" → "50". */
export function trimZeros(value: string): string {
  return value.includes(".") ? value.replace(/0+$/, "").replace(/\.$/, "") : value;
}

/**
 * The figure beside its threshold: as many decimals as declared, and more where rounding would put the
 * figure on the threshold or on its other side (49.995 beside 50 stays 49.995, not 50.00).
 */
export function formatBeside(value: string, threshold: string | null, decimals?: number): string {
  if (decimals === undefined || threshold === null || !isDecimal(value) || !isDecimal(threshold))
    return formatDecimal(value, decimals);
  const side = compareDecimals(value, threshold);
  for (let places = decimals; places < decimalsOf(value); places += 1) {
    const rounded = new Decimal(value).toFixed(places, Big.roundHalfUp);
    if (compareDecimals(rounded, threshold) === side) return formatDecimal(value, places);
  }
  return formatDecimal(value, Math.max(decimals, decimalsOf(value)));
}

/** Position of `value` between `low` and `high` in whole per mille, clamped: for bars, where a pixel is enough. */
export function perMille(value: string, low: string, high: string): number {
  const span = new Decimal(high).minus(low);
  if (span.lte("0")) return 0;
  const part = new Decimal(value).minus(low).times("1000").div(span).toFixed(0, Big.roundHalfUp);
  return Math.min(1000, Math.max(0, Number.parseInt(part, 10)));
}

/**
 * What a person typed (full-width digits, separators, spaces) as a plain decimal, or null when it is none.
 */
export function readDecimal(typed: string): string | null {
  const plain = typed
    .replace(/[０-９．－＋，]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
    .replace(/−/g, "-")
    .replace(/[\s,]/g, "");
  if (!isDecimal(plain)) return null;
  return plain.replace("+", "");
}
