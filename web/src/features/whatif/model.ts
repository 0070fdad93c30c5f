import type { Distance, Flip, Policy, PolicyParameter } from "@/api/types";
import {
  compareDecimals,
  divideDecimals,
  isDecimal,
  multiplyDecimals,
  perMille,
  readDecimal,
  trimZeros,
} from "@/lib/decimal";

/** A slider works in whole steps; each step is an exact decimal, so no float ever becomes a threshold. */
export interface Range {
  low: string;
  high: string;
  steps: number;
}

const STEPS = 200;

/**
 * Shares move between 0 and 100 in halves; anything else between nothing and twice what is in force.
 * A calendar year is no quantity to slide along.
 */
export function rangeOf(value: string, unit: string): Range | null {
  if (unit === "年" || !isDecimal(value) || compareDecimals(value, "0") <= 0) return null;
  const isShare = unit === "%" && compareDecimals(value, "100") <= 0;
  return { low: "0", high: isShare ? "100" : multiplyDecimals(value, "2"), steps: STEPS };
}

export function valueAt(range: Range, step: number): string {
  return trimZeros(divideDecimals(multiplyDecimals(range.high, String(step)), String(range.steps), 6));
}

export function stepOf(range: Range, value: string): number {
  return isDecimal(value) ? Math.round((perMille(value, range.low, range.high) * range.steps) / 1000) : 0;
}

/** "ID:VALUE" pairs of the address as a map; what can't be read is left out. */
export function readPairs(pairs: readonly string[]): Record<string, string> {
  const map: Record<string, string> = {};
  for (const pair of pairs) {
    const at = pair.indexOf(":");
    if (at > 0 && at < pair.length - 1) map[pair.slice(0, at)] = pair.slice(at + 1);
  }
  return map;
}

export function writePairs(map: Record<string, string>): string[] {
  return Object.entries(map).map(([id, value]) => `${id}:${value}`);
}

/** Only overrides that differ from what is in force, and only readable decimals. */
export function effectiveOverrides(
  typed: Record<string, string>,
  parameters: readonly PolicyParameter[],
): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [id, text] of Object.entries(typed)) {
    const value = readDecimal(text);
    if (value === null) continue;
    const base = parameters.find((one) => one.id === id)?.value;
    if (base && isDecimal(base) && compareDecimals(base, value) === 0) continue;
    out[id] = value;
  }
  return out;
}

/** The assessment asked for, or the package's default one. */
export function assessmentOf(policy: Policy, id: string): Policy["assessments"][number] | undefined {
  const parks = policy.assessments.filter((one) => one.subject === "park");
  return parks.find((one) => one.id === id) ?? parks.find((one) => one.isDefault) ?? parks[0];
}

/** Parameters of the clauses that the assessment's conditions cite come first, in that order; the others can be unfolded. */
export function splitParameters(
  policy: Policy,
  assessment: string,
): { near: PolicyParameter[]; far: PolicyParameter[] } {
  const tested = assessmentOf(policy, assessment)?.criteria ?? [];
  const cited = tested.map((id) => policy.criteria.find((one) => one.id === id)?.clause);
  const rank = (one: PolicyParameter): number => cited.indexOf(one.clause ?? "");
  const usable = policy.parameters.filter((one) => !!one.value && isDecimal(one.value));
  return {
    near: usable.filter((one) => rank(one) >= 0).sort((a, b) => rank(a) - rank(b)),
    far: usable.filter((one) => rank(one) < 0),
  };
}

export interface FlipGroup {
  before: string;
  after: string;
  flips: Flip[];
}

const ORDER = [
  "met>not_met",
  "met>undecided",
  "undecided>not_met",
  "not_met>undecided",
  "undecided>met",
  "not_met>met",
];

/** Flips by direction, losses first. */
export function groupFlips(flips: readonly Flip[]): FlipGroup[] {
  const groups = new Map<string, FlipGroup>();
  for (const flip of flips) {
    const key = `${flip.before}>${flip.after}`;
    const group = groups.get(key) ?? { before: flip.before, after: flip.after, flips: [] };
    group.flips.push(flip);
    groups.set(key, group);
  }
  const rank = (group: FlipGroup): number => {
    const at = ORDER.indexOf(`${group.before}>${group.after}`);
    return at < 0 ? ORDER.length : at;
  };
  return [...groups.values()].sort((a, b) => rank(a) - rank(b));
}

function magnitude(distance: string): string {
  return distance.replace(/^[+-]/, "");
}

/** Parks nearest to one threshold, by size of the distance; those without a distance are left out. */
export function nearest(distances: readonly Distance[], criterion: string, count: number): Distance[] {
  return distances
    .filter((one) => one.criterion === criterion && !!one.distance && isDecimal(one.distance))
    .sort((a, b) => compareDecimals(magnitude(a.distance ?? "0"), magnitude(b.distance ?? "0")))
    .slice(0, count);
}

/** The condition to show at first: one whose threshold really divides the parks, else the first. */
export function dividingCriterion(distances: readonly Distance[], ids: readonly string[]): string {
  const divides = (id: string): boolean => {
    const own = distances.filter((one) => one.criterion === id && !!one.distance);
    const below = own.filter((one) => one.distance?.startsWith("-")).length;
    return below > 0 && below < own.length;
  };
  return ids.find(divides) ?? ids[0] ?? "";
}
