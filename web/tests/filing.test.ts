import { describe, expect, it } from "vitest";
import type { PolicyForm } from "@/api/types";
import { emptyRequired, readForm } from "@/features/enterprises/filing";

const form = {
  id: "annual",
  sections: [
    {
      name: "经营",
      fields: [
        { key: "revenue", name: "营业收入", type: "decimal", decimals: 2, required: true },
        { key: "staff", name: "从业人员", type: "integer", decimals: 0, required: true },
        { key: "note", name: "备注", type: "text", decimals: 0, required: false },
      ],
    },
  ],
} as unknown as PolicyForm;

describe("a filled form", () => {
  it("sends an empty cell as unknown, never as zero", () => {
    expect(readForm(form, { revenue: "", staff: "0" }).values).toEqual({
      revenue: null,
      staff: "0",
      note: null,
    });
  });
  it("refuses more decimals than declared instead of rounding", () => {
    const { values, problems } = readForm(form, { revenue: "1.005", staff: "2.5" });
    expect(values.revenue).toBeUndefined();
    expect(problems.revenue).toContain("2 位小数");
    expect(problems.staff).toBe("请填整数");
  });
  it("reads separators and full-width digits", () => {
    expect(readForm(form, { revenue: "１,２３４.5", note: "补报" }).values).toMatchObject({
      revenue: "1234.5",
      note: "补报",
    });
  });
  it("names required cells that are still empty", () => {
    expect(emptyRequired(form, readForm(form, { revenue: "1" }).values)).toEqual(["从业人员"]);
  });
});
