import { describe, expect, it } from "vitest";
import type { Ruling } from "@/api/types";
import { countsAs } from "@/features/check/words";
import {
  chosenReading,
  decidedOn,
  problemsOf,
  requestOf,
  type RulingDraft,
  type RulingSubject,
} from "@/features/rulings/model";

const draft = (change: Partial<RulingDraft> = {}): RulingDraft => ({
  reading: "strict",
  decision: "按年度计划掌握",
  park: null,
  from: "2025-01-01",
  until: null,
  reason: "专题会议",
  basis: "纪要〔2025〕1号",
  ...change,
});
const subject = (kind: RulingSubject["kind"]): RulingSubject => ({
  kind,
  policy: "wuxi-2023",
  title: "营收占比",
  criterion: kind === "discretion" ? undefined : "share",
  park: kind === "exception" ? { id: "p1", name: "甲园" } : undefined,
  clause: kind === "discretion" ? "2.1" : undefined,
  quote: kind === "discretion" ? "原则上" : undefined,
});
const ruling = (change: Partial<Ruling>): Ruling => ({
  id: "r1",
  kind: "reading",
  policy: "wuxi-2023",
  criterion: { id: "share", text: "营收占比" },
  reading: { id: "strict", text: "超过" },
  clause: null,
  quote: null,
  decision: null,
  park: null,
  district: null,
  from: "2025-01-01",
  until: null,
  reason: "专题会议",
  basis: null,
  status: "in-force",
  knownTime: 9,
  at: "2026-11-24T01:00:00Z",
  by: "演示人员",
  byRole: "市级经办",
  revoked: null,
  mayRevoke: true,
  ...change,
});

describe("a ruling before it is sent", () => {
  it("lacks what its kind needs", () => {
    const empty = draft({ reading: "", decision: " ", from: "", reason: "", basis: "" });
    expect(Object.keys(problemsOf(subject("reading"), empty))).toEqual(["reading", "from", "reason"]);
    expect(Object.keys(problemsOf(subject("exception"), empty))).toEqual(["from", "reason", "basis"]);
    expect(Object.keys(problemsOf(subject("discretion"), empty))).toEqual(["decision", "from", "reason"]);
    expect(problemsOf(subject("exception"), draft())).toEqual({});
  });
  it("does not end before it begins", () => {
    expect(problemsOf(subject("reading"), draft({ until: "2024-12-31" }))).toHaveProperty("until");
    expect(problemsOf(subject("reading"), draft({ until: "2025-01-01" }))).toEqual({});
  });
  it("says what its kind says and nothing else", () => {
    expect(requestOf(subject("reading"), draft({ basis: " " }))).toEqual({
      policy: "wuxi-2023",
      kind: "reading",
      criterion: "share",
      reading: "strict",
      from: "2025-01-01",
      reason: "专题会议",
    });
    expect(requestOf(subject("exception"), draft({ until: "2026-12-31" }))).toEqual({
      policy: "wuxi-2023",
      kind: "exception",
      criterion: "share",
      park: "p1",
      from: "2025-01-01",
      until: "2026-12-31",
      reason: "专题会议",
      basis: "纪要〔2025〕1号",
    });
    expect(requestOf(subject("discretion"), draft())).toMatchObject({
      clause: "2.1",
      quote: "原则上",
      decision: "按年度计划掌握",
    });
    expect(requestOf(subject("discretion"), draft())).not.toHaveProperty("park");
    expect(requestOf(subject("discretion"), draft({ park: "p2" }))).toHaveProperty("park", "p2");
    expect(requestOf(subject("reading"), draft({ park: "p2" }))).not.toHaveProperty("park");
  });
});

it("takes the newest choice in force", () => {
  const newest = ruling({ id: "r3", reading: { id: "default", text: "不低于" } });
  const rulings = [ruling({ id: "r4", status: "revoked" }), newest, ruling({ id: "r1" })];
  expect(chosenReading(rulings, "share")?.id).toBe("r3");
  expect(chosenReading(rulings, "other")).toBeNull();
});

it("finds what was decided on a quotation", () => {
  const clause = { id: "2.1", text: "集约用地" };
  const one = ruling({ kind: "discretion", criterion: null, reading: null, clause, quote: "原则上" });
  const rulings = [one, { ...one, id: "r2", status: "ended" as const }, { ...one, id: "r3", quote: "一般" }];
  expect(decidedOn(rulings, "2.1", "原则上").map((found) => found.id)).toEqual(["r1"]);
});

it("counts a soft norm with an exception as met", () => {
  const exception = { id: "r1", from: "2025-01-01", until: null, reason: "x", basis: "y", at: "", by: "" };
  expect(countsAs({ outcome: "not_met", exception })).toBe("met");
  expect(countsAs({ outcome: "not_met", exception: undefined })).toBe("not_met");
});
