import type { PolicyVersion } from "@/api/types";

/** As much of a digest as people compare by eye. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 12);
}

/** The earlier and the later of two versions, by their first day in force, then by publication. */
export function inOrder(
  versions: readonly PolicyVersion[],
  picked: readonly string[],
): { from: PolicyVersion; to: PolicyVersion } | null {
  const [one, other] = versions.filter((version) => picked.includes(version.digest));
  if (!one || !other) return null;
  const when = (version: PolicyVersion): string => `${version.effectiveFrom} ${version.publishedAt}`;
  return when(one) <= when(other) ? { from: one, to: other } : { from: other, to: one };
}

/** What a version is today: in force, still to come, or no longer. `today` is the business day. */
export function standingOf(version: PolicyVersion, today: string): "现行" | "待生效" | "历史" {
  if (version.isCurrent) return "现行";
  return version.effectiveFrom > today ? "待生效" : "历史";
}
