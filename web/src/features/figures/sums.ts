import type { Figure } from "@/api/types";
import { addDecimals, compareDecimals } from "@/lib/decimal";

/** ①, ②, … : ties a part to its column in the members' table. */
export function partMark(index: number): string {
  return index < 20 ? String.fromCodePoint(0x2460 + index) : `(${index + 1})`;
}

export interface PartSum {
  /** Sum of the filed numbers on this screen that are inside the part. */
  visible: string;
  /** Sum of the members that are not listed; null where none are or where it may not be shown. */
  hidden: string | null;
  /** Do the lines above add to the stated total? null where not all of it is on this screen. */
  isEqual: boolean | null;
  lines: number;
}

/**
 * Re-adds each part from the rows shown, with exact decimals. Only when every member is on the screen can the
 * equality be stated here; otherwise the server's own check over all pages (`readds`) stands.
 */
export function readdParts(figure: Figure): PartSum[] {
  return figure.parts.map((part, index) => {
    const column = part.column ?? null;
    const values = figure.members
      .filter((member) => member.counted[index] === "in")
      .map((member) => (column === null ? null : (member.cells[column]?.value ?? null)))
      .filter((value): value is string => value !== null);
    const visible = addDecimals(values);
    const hidden = figure.hidden ? (figure.hidden.sums[index] ?? null) : null;
    const isSumKnown = part.value != null && (figure.hidden == null || hidden !== null);
    const isComplete = column !== null && isSumKnown && !figure.next;
    return {
      visible,
      hidden,
      isEqual: isComplete
        ? compareDecimals(addDecimals([visible, hidden ?? "0"]), part.value ?? "0") === 0
        : null,
      lines: values.length,
    };
  });
}
