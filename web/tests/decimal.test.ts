import { describe, expect, it } from "vitest";
import {
  addDecimals,
  formatBeside,
  formatDecimal,
  perMille,
  readDecimal,
  shift,
  showFigure,
  trimZeros,
} from "@/lib/decimal";

describe("formatting decimals", () => {
  it("groups thousands and keeps every digit when no decimals are declared", () => {
    expect(formatDecimal("1234567.50")).toBe("1,234,567.50");
    expect(formatDecimal("-1234.5")).toBe("−1,234.5");
    expect(formatDecimal("0")).toBe("0");
  });

  it("keeps digits that a floating-point number would lose", () => {
    expect(formatDecimal("9007199254740993.01")).toBe("9,007,199,254,740,993.01");
    expect(addDecimals(["0.1", "0.2"])).toBe("0.3");
    expect(addDecimals(["9007199254740993", "0.000001"])).toBe("9007199254740993.000001");
  });

  it("rounds half away from zero, once, to the declared decimals", () => {
    expect(formatDecimal("2.675", 2)).toBe("2.68");
    expect(formatDecimal("-2.675", 2)).toBe("−2.68");
    expect(formatDecimal("2", 2)).toBe("2.00");
  });

  it("shows text that is no decimal as it came", () => {
    expect(formatDecimal("暂无", 2)).toBe("暂无");
  });
});

describe("a figure beside its threshold", () => {
  it("does not round 49.995 up to a threshold of 50", () => {
    expect(formatBeside("49.995", "50", 2)).toBe("49.995");
  });
  it("does not round 50.0004 down onto a threshold of 50", () => {
    expect(formatBeside("50.0004", "50", 2)).toBe("50.0004");
  });
  it("rounds as declared where that says nothing wrong", () => {
    expect(formatBeside("61.8437", "50", 2)).toBe("61.84");
    expect(formatBeside("50", "50", 2)).toBe("50.00");
  });
});

describe("the switch between 万元 and 亿元", () => {
  it("moves the point by four places exactly", () => {
    expect(shift("12345.67", -4)).toBe("1.234567");
    expect(shift("1.234567", 4)).toBe("12345.67");
  });
  it("converts amounts of money and names all digits for the tooltip", () => {
    expect(showFigure("123456789.01", "万元", "亿元")).toEqual({
      text: "12,345.6789",
      unit: "亿元",
      exact: "123,456,789.01 万元",
    });
    expect(showFigure("1.5", "亿元", "万元").text).toBe("15,000");
  });
  it("writes a calendar year without thousands", () => {
    expect(showFigure("2025", "年", "万元").text).toBe("2025");
  });
  it("leaves other units alone", () => {
    expect(showFigure("61.84", "%", "亿元")).toMatchObject({ text: "61.84", unit: "%" });
    expect(showFigure("612.4837", "万元/亩", "亿元")).toMatchObject({ text: "612.4837", unit: "万元/亩" });
  });
});

describe("reading what a person types", () => {
  it("takes full-width digits, separators and spaces", () => {
    expect(readDecimal("１，２３４．５")).toBe("1234.5");
    expect(readDecimal(" 1 234,567 ")).toBe("1234567");
    expect(readDecimal("−3.5")).toBe("-3.5");
  });
  it("refuses what is no plain decimal", () => {
    for (const typed of ["", "一千", "1e5", "1.2.3", ".", "12%"]) expect(readDecimal(typed)).toBeNull();
  });
});

it("places a value on a scale in whole per mille and stays inside it", () => {
  expect(perMille("50", "0", "100")).toBe(500);
  expect(perMille("130", "0", "100")).toBe(1000);
  expect(perMille("5", "10", "10")).toBe(0);
});

it("drops only zeros that carry nothing", () => {
  expect(["50.00", "50.10", "500", "0.50"].map(trimZeros)).toEqual(["50", "50.1", "500", "0.5"]);
});
