import { describe, expect, it } from "vitest";
import type { Figure } from "@/api/types";
import { readdParts } from "@/features/figures/sums";

function figure(change: Partial<Figure> = {}): Figure {
  const member = (value: string | null, counted: string[]) => ({ cells: [{ value }], counted });
  return {
    parts: [
      { label: "主导产业", column: 0, value: "30.03", unit: "万元" },
      { label: "企业数", column: null, value: "3", unit: "家" },
    ],
    members: [
      member("10.01", ["in", "in"]),
      member("20.02", ["in", "in"]),
      member("99", ["out", "in"]),
      member(null, ["unknown", "unknown"]),
    ],
    hidden: null,
    next: null,
    ...change,
  } as unknown as Figure;
}

describe("re-adding the parts of a figure", () => {
  it("adds exactly what counts and states the equality", () => {
    expect(readdParts(figure())[0]).toEqual({ visible: "30.03", hidden: null, isEqual: true, lines: 2 });
  });
  it("adds the hidden line", () => {
    const some = figure({ hidden: { count: 3, sums: ["0.00", null] } } as Partial<Figure>);
    expect(readdParts(some)[0]).toMatchObject({ hidden: "0.00", isEqual: true });
  });
  it("says so when the lines do not add up", () => {
    const wrong = figure();
    const [first] = wrong.parts;
    if (first) first.value = "30.04";
    expect(readdParts(wrong)[0]?.isEqual).toBe(false);
  });
  it("states nothing while members are on other pages or the hidden sum may not be shown", () => {
    expect(readdParts(figure({ next: "more" }))[0]?.isEqual).toBeNull();
    const kept = figure({ hidden: { count: 2, sums: [null, null] } } as Partial<Figure>);
    expect(readdParts(kept)[0]?.isEqual).toBeNull();
  });
  it("adds nothing for a count of members", () => {
    expect(readdParts(figure())[1]).toMatchObject({ lines: 0, isEqual: null });
  });
});
