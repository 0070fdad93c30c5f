import { describe, expect, it } from "vitest";
import type { MissingItem, TestResult } from "@/api/types";
import { receiptFile } from "@/features/check/receipt";
import { allMissing, boundsWords, distanceWords, groupMissing, operatorWords } from "@/features/check/words";

const item = (field: string, subject = "e1"): MissingItem => ({
  kind: "figure",
  field,
  fieldName: `字段${field}`,
  form: "annual",
  period: "2025",
  owedBy: "演示企业",
  since: "2026-03-31",
  subject: { id: subject, name: "演示企业" },
});

describe("distances", () => {
  it("of shares are told in percentage points", () => {
    expect(distanceWords("11.84", "%", "万元")).toBe("高于门槛 11.84 个百分点");
    expect(distanceWords("-0.005", "%", "万元")).toBe("低于门槛 0.005 个百分点");
  });
  it("of zero say that the figure stands exactly on the threshold", () => {
    expect(distanceWords("0.00", "%", "万元")).toBe("正好等于门槛");
  });
  it("that are missing say nothing", () => {
    expect(distanceWords(null, "%", "万元")).toBe("");
  });
});

it("tells what is still possible, with open ends", () => {
  expect(boundsWords({ low: "22.80", high: "25.10", isWide: false })).toBe("22.80 – 25.10");
  expect(boundsWords({ low: "22.80", high: null, isWide: true })).toBe("22.80 以上（粗略估计）");
  expect(boundsWords({ low: "0", high: "3", isWide: false })).toBe("0 – 3");
  expect(boundsWords(null)).toBe("");
});

it("keeps 不低于 and 超过 apart", () => {
  expect(operatorWords(">=")).toBe("不低于");
  expect(operatorWords(">")).toBe("超过");
});

describe("what is missing", () => {
  it("is one line for each who owes, with all fields of the same form", () => {
    const groups = groupMissing([item("a"), item("b"), item("a", "e2")]);
    expect(groups.map((group) => [group.subject?.id, group.what])).toEqual([
      ["e1", ["字段a", "字段b"]],
      ["e2", ["字段a"]],
    ]);
  });
  it("is gathered from all parts of a condition, each once", () => {
    const part = { missing: [item("a")], parts: [] } as unknown as TestResult;
    const whole = { missing: [item("a"), item("b")], parts: [part] } as unknown as TestResult;
    expect(allMissing(whole).map((one) => one.field)).toEqual(["a", "b"]);
  });
});

describe("the receipt as a file", () => {
  const receipt = {
    park: "p1",
    assessment: "recognition",
    packageDigest: "aa",
    knownTime: 12,
    period: "2025",
    overrides: {},
    semantics: 1,
    resultDigest: "0123456789abcdef",
  };
  const check = { park: { id: "p1", name: "演示 甲/园" }, year: 2025, receipt };

  it("holds the whole receipt under a name that every system takes", () => {
    const file = receiptFile(check);
    expect(file?.name).toBe("收据-演示_甲_园-2025-01234567.json");
    const [head, body] = [file?.url.split(",")[0], file?.url.split(",").slice(1).join(",")];
    expect(head).toBe("data:application/json;charset=utf-8");
    expect(JSON.parse(decodeURIComponent(body ?? ""))).toEqual(receipt);
  });
  it("is not offered where it does not say whose it is", () => {
    expect(receiptFile({ ...check, receipt: { ...receipt, park: undefined } })).toBeNull();
  });
});
