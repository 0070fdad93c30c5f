/** Instants are UTC; people read them in Wuxi's time, whatever the clock of their computer says. */
const ZONE = "Asia/Shanghai";

const instantParts = new Intl.DateTimeFormat("zh-CN", {
  timeZone: ZONE,
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
});

function partsOf(instant: string): Record<string, string> | null {
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return null;
  return Object.fromEntries(instantParts.formatToParts(date).map((part) => [part.type, part.value]));
}

/** "2026-11-23T09:05:00Z" → "2026-11-23 17:05". */
export function showInstant(instant: string | null | undefined): string {
  if (!instant) return "—";
  const p = partsOf(instant);
  return p ? `${p.year}-${p.month}-${p.day} ${p.hour}:${p.minute}` : instant;
}

/** Day of an instant in Wuxi: "2026-11-23". */
export function showDay(instant: string | null | undefined): string {
  return showInstant(instant).slice(0, 10);
}

/** A dated span with open ends: "2023-01-01 起", "2023-01-01 至 2024-12-31". */
export function showSpan(from: string | null | undefined, to: string | null | undefined): string {
  if (from && to) return `${from} 至 ${to}`;
  if (from) return `${from} 起`;
  return to ? `至 ${to}` : "—";
}

/** The wall-clock time of Wuxi ("2026-03-15T18:00:00", as a date picker gives it) as a UTC instant. */
export function instantOfWuxi(wall: string): string {
  return new Date(`${wall}+08:00`).toISOString();
}

/** "2025" → "2025 年"; "2025-03" → "2025 年 3 月"; others unchanged. */
export function showPeriod(period: string): string {
  const match = /^(\d{4})(?:-(\d{2}))?$/.exec(period);
  if (!match) return period;
  return match[2] ? `${match[1]} 年 ${String(Number.parseInt(match[2], 10))} 月` : `${match[1]} 年`;
}
