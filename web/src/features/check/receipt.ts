import type { CheckResult } from "@/api/types";

/** The receipt as a file to keep: its name and an address that needs no request; null where it cannot be replayed alone. */
export function receiptFile(
  check: Pick<CheckResult, "park" | "year" | "receipt">,
): { name: string; url: string } | null {
  const { receipt } = check;
  if (!receipt?.park || !receipt.assessment) return null;
  const text = `${JSON.stringify(receipt, null, 2)}\n`;
  return {
    name: `收据-${check.park.name.replace(/[\\/:*?"<>|\s]+/g, "_")}-${check.year}-${receipt.resultDigest.slice(0, 8)}.json`,
    url: `data:application/json;charset=utf-8,${encodeURIComponent(text)}`,
  };
}
