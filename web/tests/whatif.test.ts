import { describe, expect, it } from "vitest";
import type { Distance, Flip, PolicyParameter } from "@/api/types";
import {
  effectiveOverrides,
  groupFlips,
  nearest,
  rangeOf,
  readPairs,
  stepOf,
  valueAt,
  writePairs,
  type Range,
} from "@/features/whatif/model";

const share = rangeOf("50", "%") as Range;

describe("sliders", () => {
  it("move a share between 0 and 100 in exact halves", () => {
    expect(share).toEqual({ low: "0", high: "100", steps: 200 });
    expect(valueAt(share, 101)).toBe("50.5");
    expect(valueAt(share, stepOf(share, "50"))).toBe("50");
  });
  it("move any other threshold between nothing and twice what is in force", () => {
    const range = rangeOf("1.1", "倍") as Range;
    expect(valueAt(range, 200)).toBe("2.2");
    expect(valueAt(range, 1)).toBe("0.011");
  });
  it("have no range around zero or a text", () => {
    expect(rangeOf("0", "%")).toBeNull();
    expect(rangeOf("无", "%")).toBeNull();
  });
});

describe("overrides", () => {
  const parameters = [{ id: "floor", value: "50.0" }] as PolicyParameter[];
  it("leave out what equals the value in force and what is no number", () => {
    expect(effectiveOverrides({ floor: "50" }, parameters)).toEqual({});
    expect(effectiveOverrides({ floor: "五十" }, parameters)).toEqual({});
    expect(effectiveOverrides({ floor: "５５" }, parameters)).toEqual({ floor: "55" });
  });
  it("travel in the address and come back", () => {
    const map = { floor: "55", "revenue-share": "above" };
    expect(readPairs(writePairs(map))).toEqual(map);
    expect(readPairs([":", "floor:", ":55"])).toEqual({});
  });
});

const flip = (before: string, after: string, id: string): Flip =>
  ({ before, after, park: { id, name: id }, criteria: [] }) as unknown as Flip;

describe("flips", () => {
  it("are grouped by direction, losses first", () => {
    const groups = groupFlips([
      flip("undecided", "met", "a"),
      flip("met", "not_met", "b"),
      flip("undecided", "met", "c"),
    ]);
    expect(groups.map((group) => [group.before, group.after, group.flips.map((one) => one.park.id)])).toEqual(
      [
        ["met", "not_met", ["b"]],
        ["undecided", "met", ["a", "c"]],
      ],
    );
  });
  it("of the same outcome, where only a condition changes, come last", () => {
    const groups = groupFlips([flip("not_met", "not_met", "a"), flip("not_met", "met", "b")]);
    expect(groups.at(-1)?.flips[0]?.park.id).toBe("a");
  });
});

it("lists the parks nearest to a threshold from both sides", () => {
  const distance = (id: string, value: string | null, criterion = "share"): Distance =>
    ({ park: { id, name: id }, criterion, distance: value }) as Distance;
  const rows = nearest(
    [
      distance("far", "12"),
      distance("below", "-0.5"),
      distance("none", null),
      distance("above", "0.75"),
      distance("x", "0.1", "other"),
    ],
    "share",
    2,
  );
  expect(rows.map((row) => row.park.id)).toEqual(["below", "above"]);
});
