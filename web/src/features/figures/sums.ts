import type { Figure } from "@/api/check-types";
import { addDecimals, compareDecimals } from "@/lib/decimal";

export interface PartSum {
  label: string;
  unit: string;
  /** Sum of the filed numbers on this screen that are inside the part. */
  visible: string;
  hidden: string | null;
  total: string | null;
  /** Do the lines above add to the stated total? null where part of it may not be shown. */
  isEqual: boolean | null;
  lines: number;
}

/** Column whose numbers a part adds: a part with the unit of no column (a count, say) adds none. */
function columnOf(figure: Figure, part: number): number | null {
  const unit = figure.parts[part]?.unit ?? null;
  if (figure.columns.length === figure.parts.length && figure.columns[part]?.unit === unit) return part;
  const fitting = figure.columns.findIndex((column) => column.unit === unit);
  return fitting >= 0 ? fitting : null;
}

/**
 * Re-adds each part from the rows shown, with exact decimals. Only when every member is on the screen can the
 * equality be stated; otherwise the server's own check (`readds`) stands.
 */
export function readdParts(figure: Figure): PartSum[] {
  return figure.parts.map((part, index) => {
    const column = columnOf(figure, index);
    const values = figure.members
      .filter((member) => member.counted[index] === "in")
      .map((member) => (column === null ? null : (member.cells[column]?.value ?? null)))
      .filter((value): value is string => value !== null);
    const visible = addDecimals(values);
    const hidden = figure.hidden ? (figure.hidden.sums[index] ?? null) : "0";
    const isComplete = column !== null && part.value !== null && hidden !== null && !figure.next;
    return {
      label: part.label,
      unit: part.unit ?? "",
      visible,
      hidden: figure.hidden ? hidden : null,
      total: part.value,
      isEqual: isComplete ? compareDecimals(addDecimals([visible, hidden]), part.value ?? "0") === 0 : null,
      lines: values.length,
    };
  });
}
