import { describe, expect, it } from "vitest";
import type { Target, TargetDetail } from "@/api/types";
import { pathProblem } from "@/features/policy-drafts/files";
import { barOf, boundsOf, shareOf, sortedParks, unitsOf } from "@/features/targets/model";

const target = (part: Partial<Target>): Target => ({ unit: "家", ...part }) as Target;

describe("a target", () => {
  it("has no bar where its value is not known, and never more than a full one", () => {
    expect(barOf(target({ value: null, goal: "50" }))).toBeNull();
    expect(barOf(target({ value: "12", goal: "50" }))).toBe(24);
    expect(barOf(target({ value: "80", goal: "50" }))).toBe(100);
    expect(barOf(target({ value: "1", goal: "0" }))).toBeNull();
  });
  it("tells between what a missing figure must lie", () => {
    expect(boundsOf(target({ bounds: { low: "3", high: null, isWide: false } }))).toBe("至少 3 家");
    expect(boundsOf(target({ bounds: { low: "3", high: "7", isWide: false } }))).toBe("至少 3，至多 7 家");
    expect(boundsOf(target({ bounds: null }))).toBeNull();
  });
  it("names the first of many units", () => {
    expect(unitsOf(["甲局", "乙局", "丙局"])).toBe("甲局、乙局 等 3 家");
    expect(unitsOf([])).toBe("未写明");
  });
  it("opens to the parks that count first and never shows a missing figure as nothing", () => {
    const park = (name: string, counted: "in" | "out" | "unknown", value: string | null) => ({
      park: { id: name, name },
      district: { id: "d", name: "甲区" },
      outcome: null,
      parts: [{ counted, value }],
    });
    const parks = [
      park("丙", "out", null),
      park("乙", "in", null),
      park("甲", "in", "3"),
      park("丁", "unknown", null),
    ];
    const sorted = sortedParks({ parks } as unknown as TargetDetail);
    expect(sorted[0]?.park.name).toBe("甲");
    expect(sorted[3]?.park.name).toBe("丙");
    expect(sorted.map((one) => shareOf(one, 0, false).text).sort()).toEqual(
      ["3", "? 还不知道", "—", "缺数"].sort(),
    );
  });
});

it("a file's name is checked before it is sent", () => {
  expect(pathProblem("criteria/extra.toml", [])).toBeNull();
  expect(pathProblem("text.md", ["text.md"])).toContain("已有");
  expect(pathProblem("text.md", ["text.md"], "text.md")).toBeNull();
  for (const bad of ["", "../x.toml", "uses/x.toml", "条件.toml", "a//b.toml", ".hidden"])
    expect(pathProblem(bad, []), bad).not.toBeNull();
});
