import { describe, expect, it } from "vitest";
import { figureWords, midnight, missingWords, timeWords } from "@/features/changes/model";

const state = { value: null, bounds: null, reason: null, coverage: null, missing: 0 };

describe("changes", () => {
  it("counts days back from midnight in Wuxi, whatever the clock of the computer says", () => {
    const now = new Date("2026-03-01T17:30:00Z");
    expect(midnight(now, 0)).toBe("2026-03-01T16:00:00.000Z");
    expect(midnight(now, 6)).toBe("2026-02-23T16:00:00.000Z");
  });

  it("names a known time by number or clock", () => {
    expect(timeWords("12")).toBe("第 12 号登记");
    expect(timeWords("2026-03-01T16:00:00Z")).toBe("2026-03-02 00:00");
  });

  it("shows every digit of a figure, or why there is none", () => {
    expect(figureWords({ ...state, value: "1234567.50" }, "万元")).toBe("1,234,567.50 万元");
    expect(figureWords({ ...state, reason: "分母为零，无法计算。" }, "%")).toBe("分母为零，无法计算。");
    const bounds = { low: "0", high: null, isWide: false };
    expect(figureWords({ ...state, missing: 2, bounds }, "%")).toBe("缺 2 项，不低于 0 %");
    const both = { low: "0", high: "9.5", isWide: false };
    expect(figureWords({ ...state, missing: 2, bounds: both }, "%")).toBe("缺 2 项，在 0 与 9.5 % 之间");
    expect(figureWords({ ...state, missing: 2 }, "%")).toBe("缺 2 项");
    expect(figureWords(null, "%")).toBe("—");
  });

  it("says how what is missing moved", () => {
    expect(missingWords(2, 2)).toBe("");
    expect(missingWords(2, 0)).toBe("缺 2 项 → 齐全");
    expect(missingWords(0, 1)).toBe("齐全 → 缺 1 项");
  });
});
