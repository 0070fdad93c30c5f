import type { Target, TargetDetail, TargetPark } from "@/api/types";

/** Width of the bar in per cent; nothing where either number is not known. Only for drawing. */
export function barOf(target: Target): number | null {
  if (target.value === null || target.value === undefined || !target.goal) return null;
  const [value, goal] = [Number(target.value), Number(target.goal)];
  if (!Number.isFinite(value) || !(goal > 0)) return null;
  return Math.max(0, Math.min(100, (value / goal) * 100));
}

/** "至少 3" and "至多 7" of a figure that lacks something; null when nothing is known of it. */
export function boundsOf(target: Target): string | null {
  const { low, high } = target.bounds ?? {};
  const parts = [low ? `至少 ${low}` : "", high ? `至多 ${high}` : ""].filter(Boolean);
  return parts.length > 0 ? `${parts.join("，")} ${target.unit}` : null;
}

/** The first units and how many there are. */
export function unitsOf(units: readonly string[], most = 2): string {
  if (units.length === 0) return "未写明";
  return units.length > most ? `${units.slice(0, most).join("、")} 等 ${units.length} 家` : units.join("、");
}

/** Parks that count first, then those of which it is not known, then the others; each by name. */
export function sortedParks(detail: TargetDetail): TargetPark[] {
  return [...detail.parks].sort(
    (a, b) => rank(a) - rank(b) || a.park.name.localeCompare(b.park.name, "zh-CN"),
  );
}

function rank(park: TargetPark): number {
  if (park.outcome) return { met: 0, undecided: 1, not_met: 2 }[park.outcome];
  if (park.parts.some((part) => part.counted === "unknown" || (part.counted === "in" && !part.value)))
    return 1;
  return park.parts.some((part) => part.counted === "in") ? 0 : 2;
}

/** What a park adds to a part, in a word where it is no number. */
export function shareOf(park: TargetPark, part: number, isCount: boolean): { text: string; tone: string } {
  const share = park.parts[part];
  if (!share || share.counted === "out") return { text: isCount ? "不计入" : "—", tone: "muted" };
  if (share.counted === "unknown") return { text: "? 还不知道", tone: "open" };
  if (!share.value) return { text: "缺数", tone: "open" };
  return { text: isCount ? "✓ 计入" : share.value, tone: "" };
}
