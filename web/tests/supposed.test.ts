import { describe, expect, it } from "vitest";
import type { Lever, Policy } from "@/api/types";
import { leverChange, leverGroups, leverNeeded, leverQuery } from "@/features/check/levers";
import {
  fieldsWithSources,
  isValue,
  lineOf,
  moveForward,
  periodsOf,
  readLines,
  readOrders,
  toFilings,
  withLine,
  writeLines,
  writeOrders,
  fieldsOf,
  type SupposedField,
  type SupposedLine,
} from "@/features/whatif/supposed";

const revenue = { id: "enterprise.revenue", key: "revenue", name: "营业收入", unit: "万元", type: "decimal" };
const policy = {
  benchmarks: [{ id: "city.rate", name: "全市增加值率", unit: "%", owedBy: "市统计局" }],
  forms: [
    {
      subject: "enterprise",
      frequency: "year",
      sections: [
        {
          name: "经营",
          fields: [
            { ...revenue, sources: ["税务", "企业填报"] },
            { id: "enterprise.big", key: "big", name: "规上", type: "bool", sources: ["统计"] },
          ],
        },
      ],
    },
  ],
} as unknown as Policy;
const line: SupposedLine = { kind: "enterprise", id: "a", field: "revenue", period: "2025", value: "1,200" };

describe("supposed lines", () => {
  it("travel in the address and come back; what cannot be read is left out", () => {
    const lines: SupposedLine[] = [
      { ...line, value: "" },
      { kind: "city", id: "", field: "city.rate", period: "2025", value: "23.5" },
    ];
    expect(readLines(writeLines(lines))).toEqual(lines);
    expect(readLines(["bank:a:revenue:2025:1", "park::x:2025:1", "park:a", ""])).toEqual([]);
  });
  it("are one for each figure", () => {
    const changed = { ...line, value: "5" };
    expect(withLine([line], changed)).toEqual([changed]);
    expect(withLine([line], { ...changed, period: "2024" })).toHaveLength(2);
  });
  it("are sent as decimals; nothing typed means not filed, and no number is not sent", () => {
    expect(toFilings([line], policy)[0]).toEqual({
      subject: { kind: "enterprise", id: "a" },
      field: "revenue",
      period: "2025",
      value: "1200",
    });
    expect(toFilings([{ ...line, value: " " }], policy)[0]?.value).toBeNull();
    expect(toFilings([{ ...line, value: "很多" }], policy)).toEqual([]);
    expect(toFilings([{ ...line, field: "big", value: "是" }], policy)[0]?.value).toBe("是");
    const city = { kind: "city", id: "", field: "city.rate", period: "2025", value: "24" } as const;
    expect(toFilings([city], policy)[0]?.subject).toEqual({ kind: "city", id: null });
  });
  it("know the fields and periods of a subject", () => {
    expect(fieldsOf(policy, "enterprise").map((one) => one.key)).toEqual(["revenue", "big"]);
    expect(fieldsOf(policy, "city").map((one) => one.unit)).toEqual(["%"]);
    const field = { frequency: "month", type: "decimal" } as SupposedField;
    expect(periodsOf(field, 2025)[0]).toBe("2025-12");
    expect(periodsOf({ ...field, frequency: "year" }, 2025)).toEqual(["2025", "2024"]);
    expect([isValue(field, "十"), isValue(field, "１２"), isValue(field, "")]).toEqual([false, true, true]);
  });
});

describe("orders of sources", () => {
  it("are kept when they name each source once in another order", () => {
    expect(fieldsWithSources(policy).map((one) => one.id)).toEqual(["enterprise.revenue"]);
    const moved = { "enterprise.revenue": moveForward(["税务", "企业填报"], 1) };
    expect(readOrders(writeOrders(moved), policy)).toEqual(moved);
    const same = { "enterprise.revenue": ["税务", "企业填报"] };
    expect(readOrders(writeOrders(same), policy)).toEqual({});
    expect(readOrders(["enterprise.revenue:税务", "x:a>b"], policy)).toEqual({});
    expect(moveForward(["a", "b"], 0)).toEqual(["a", "b"]);
  });
});

const lever = {
  kind: "figure",
  field: "revenue",
  fieldName: "营业收入",
  subject: { kind: "enterprise", id: "a", name: "甲厂" },
  period: "2025",
  unit: "万元",
  current: "290.50",
  needed: "300.00",
  change: "9.50",
  relative: "3.27",
  sense: "atLeast",
  isLeast: true,
  reason: null,
} as unknown as Lever;

describe("levers", () => {
  it("are told in words", () => {
    expect(leverNeeded(lever, "万元")).toBe("不低于 300.00 万元");
    expect(leverChange(lever, "万元")).toBe("增加 9.50 万元（3.27 %）");
    const down = { ...lever, sense: "atMost", change: "-9.50", isLeast: false } as Lever;
    expect(leverNeeded(down, "万元")).toBe("不高于 300.00 万元（不一定最小）");
    expect(leverChange(down, "万元")).toBe("减少 9.50 万元（3.27 %）");
    expect(leverNeeded({ ...lever, kind: "fact", needed: "是", sense: "exactly" }, "万元")).toBe(
      "判定为符合",
    );
    expect(leverChange({ ...lever, change: null }, "万元")).toBe("");
  });
  it("that do not suffice are gathered by reason", () => {
    const not = { ...lever, needed: null, reason: "只改这一项，结论不变" } as Lever;
    const groups = leverGroups([lever, not, { ...not, fieldName: "总产值" }, not]);
    expect(groups.able).toEqual([lever]);
    expect(groups.unable).toEqual([
      { reason: "只改这一项，结论不变", fields: ["营业收入", "总产值"], count: 3 },
    ]);
  });
  it("open into the what-if page with the change filled in", () => {
    expect(leverQuery(lever, { year: "2025", tab: "check", reading: ["a:b"] })).toEqual({
      year: "2025",
      reading: ["a:b"],
      file: ["enterprise:a:revenue:2025:300.00"],
    });
    expect(lineOf({ ...lever, kind: "fact", subject: null } as unknown as Lever)).toBeNull();
    expect(leverQuery({ ...lever, needed: null } as Lever, {})).toBeNull();
  });
});
