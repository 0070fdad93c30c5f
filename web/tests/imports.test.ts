import { describe, expect, it } from "vitest";
import type { ImportJob } from "@/api/types";
import {
  mappingOf,
  matchedTwice,
  percentDone,
  readRows,
  refusal,
  stepOf,
  unmatchedRequired,
} from "@/features/imports/model";

function job(change: Partial<ImportJob> = {}): ImportJob {
  return {
    status: "ready",
    canApply: true,
    counts: { refused: 0, questioned: 0, accepted: 3 },
    progress: { done: 0, phase: "读取", total: null },
    fields: [
      { id: "uscc", name: "统一社会信用代码", required: true },
      { id: "revenue", name: "营业收入", required: true },
      { id: "tax", name: "税收", required: false },
    ],
    columns: [
      { index: 1, field: { id: "uscc", name: "统一社会信用代码" } },
      { index: 2, field: null },
    ],
    ...change,
  } as unknown as ImportJob;
}
const nothing = { columns: false, problems: false };

describe("the import's steps", () => {
  it("follow the server's status first", () => {
    expect(stepOf(null, nothing)).toBe(0);
    expect(stepOf(job({ status: "reading" }), nothing)).toBe(1);
    expect(stepOf(job({ status: "applying" }), nothing)).toBe(3);
    for (const status of ["applied", "undone", "failed", "cancelled"] as const)
      expect(stepOf(job({ status }), { columns: true, problems: true })).toBe(4);
  });
  it("stop at columns, problems and confirmation while the file is ready", () => {
    expect(stepOf(job(), nothing)).toBe(1);
    expect(stepOf(job(), { columns: true, problems: false })).toBe(2);
    expect(stepOf(job(), { columns: true, problems: true })).toBe(3);
  });
});

describe("columns", () => {
  it("name required fields that no column feeds", () => {
    expect(unmatchedRequired(job(), mappingOf(job()))).toEqual(["营业收入"]);
    expect(unmatchedRequired(job(), { 1: "uscc", 2: "revenue" })).toEqual([]);
  });
  it("name fields that two columns feed", () => {
    expect(matchedTwice(job(), { 1: "uscc", 2: "uscc" })).toEqual(["统一社会信用代码"]);
    expect(matchedTwice(job(), { 1: "uscc", 2: null })).toEqual([]);
  });
});

describe("applying", () => {
  it("is refused as a whole while one row is bad, and allowed for the good rows", () => {
    const bad = job({ counts: { refused: 2, questioned: 0, accepted: 3 } as ImportJob["counts"] });
    expect(refusal(bad, "all-or-nothing", false)).toContain("2 行");
    expect(refusal(bad, "good-rows-only", false)).toBeNull();
  });
  it("waits as a whole until somebody looked at the questions; the good rows need not wait", () => {
    const doubtful = job({ counts: { refused: 0, questioned: 1, accepted: 3 } as ImportJob["counts"] });
    expect(refusal(doubtful, "all-or-nothing", false)).toContain("存疑");
    expect(refusal(doubtful, "all-or-nothing", true)).toBeNull();
    expect(refusal(doubtful, "good-rows-only", false)).toBeNull();
  });
  it("is refused when the server says so", () => {
    expect(refusal(job({ canApply: false }), "all-or-nothing", true)).not.toBeNull();
  });
});

it("shows no per cent while the total is unknown", () => {
  expect(percentDone(job())).toBeNull();
  expect(percentDone(job({ progress: { done: 1, total: 3, phase: "" } }))).toBe(33);
});

describe("rows of the head", () => {
  it("are read as people write them", () => {
    expect(readRows("1、2")).toEqual([1, 2]);
    expect(readRows("2-4, 2")).toEqual([2, 3, 4]);
  });
  it("are not guessed", () => {
    for (const text of ["", "一", "0", "4-2", "1-900"]) expect(readRows(text)).toBeNull();
  });
});
