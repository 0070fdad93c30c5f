import { mount } from "@vue/test-utils";
import { describe, expect, it } from "vitest";
import OutcomeMark from "@/components/OutcomeMark.vue";
import { OUTCOMES, outcomeMark } from "@/lib/outcome";

describe("outcome marks", () => {
  it.each([
    ["met", "满足"],
    ["not_met", "不满足"],
    ["undecided", "暂不能判定"],
  ])("tells %s by a word and a drawing, not by colour alone", (outcome, word) => {
    const mark = mount(OutcomeMark, { props: { outcome } });
    expect(mark.text()).toBe(word);
    expect(mark.find("path").attributes("d")).not.toBe("");
  });

  it("says that a soft norm is met by an exception, and that a target is reached", () => {
    const exception = mount(OutcomeMark, { props: { outcome: "not_met", isByException: true } });
    expect(exception.text()).toBe("例外满足");
    const words = OUTCOMES.map((outcome) =>
      mount(OutcomeMark, { props: { outcome, isTarget: true } }).text(),
    );
    expect(words).toEqual(["已达到", "未达到", "暂不能判定"]);
  });

  it("gives each outcome its own drawing", () => {
    expect(new Set(OUTCOMES.map((outcome) => outcomeMark(outcome).path)).size).toBe(OUTCOMES.length);
  });

  it("never shows an unknown outcome as one that it knows", () => {
    expect(outcomeMark("superseded")).toMatchObject({ word: "superseded", className: "is-unknown" });
    expect(mount(OutcomeMark, { props: { outcome: null } }).text()).toBe("无结论");
  });
});
