import { describe, expect, it } from "vitest";
import type { Policy, PolicyVersion } from "@/api/types";
import { findClauses, markPieces } from "@/features/policies/model";
import { inOrder, standingOf } from "@/features/policies/versions";

describe("marking quotations in a clause", () => {
  it("keeps the text whole whatever is marked", () => {
    const text = "到2025年，甲不低于50%，乙50%以上。";
    const pieces = markPieces(text, ["甲不低于50%", "乙50%以上", "不在其中"]);
    expect(pieces.map((piece) => piece.text).join("")).toBe(text);
    expect(pieces.filter((piece) => piece.isMark).map((piece) => piece.text)).toEqual([
      "甲不低于50%",
      "乙50%以上",
    ]);
  });
  it("joins quotations that overlap", () => {
    const pieces = markPieces("abcdef", ["abcd", "cdef"]);
    expect(pieces.map((piece) => piece.text).join("")).toBe("abcdef");
    expect(pieces.every((piece) => piece.isMark)).toBe(true);
  });
});

it("finds a clause by its words, its duty unit and the names of its rules, targets and tasks", () => {
  const policy = {
    clauses: [
      {
        id: "2.2.1",
        title: "甲",
        text: "原文",
        dutyUnits: ["市科技局"],
        criteria: ["c"],
        indicators: [],
        parameters: [],
        targets: [],
        tasks: ["t"],
      },
      {
        id: "2.2.2",
        title: "乙",
        text: "别的",
        dutyUnits: [],
        criteria: [],
        indicators: [],
        parameters: [],
        targets: ["g"],
        tasks: [],
      },
    ],
    criteria: [{ id: "c", name: "营收占比" }],
    indicators: [],
    parameters: [],
    targets: [{ id: "g", name: "五十个园区" }],
    tasks: [{ id: "t", name: "制定行动计划" }],
  } as unknown as Policy;
  expect(findClauses(policy, "五十个").map((clause) => clause.id)).toEqual(["2.2.2"]);
  for (const words of ["原文", "科技局", "营收占比", "2.2.1", "行动计划"])
    expect(findClauses(policy, words).map((clause) => clause.id)).toEqual(["2.2.1"]);
  expect(findClauses(policy, " ")).toHaveLength(2);
});

describe("versions", () => {
  const version = (digest: string, effectiveFrom: string, isCurrent = false): PolicyVersion =>
    ({ digest, effectiveFrom, isCurrent, publishedAt: `${effectiveFrom}T00:00:00Z` }) as PolicyVersion;
  const all = [version("c", "2027-01-01"), version("b", "2026-01-01", true), version("a", "2023-01-01")];
  it("are compared from the earlier to the later, however they were picked", () => {
    expect(inOrder(all, ["c", "a"])).toEqual({ from: all[2], to: all[0] });
    expect(inOrder(all, ["a"])).toBeNull();
  });
  it("are in force, to come or past", () => {
    expect(all.map((one) => standingOf(one, "2026-06-01"))).toEqual(["待生效", "现行", "历史"]);
  });
});
