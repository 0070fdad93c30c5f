import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ApiError } from "@/api/http";
import type { DraftFileSaved, DraftFileText, DraftNames, Finding, PolicyDraft } from "@/api/types";
import {
  Autosave,
  localKeep,
  RETRY_AFTER_MS,
  SAVE_AFTER_MS,
  type Kept,
} from "@/features/policy-drafts/autosave";
import { choicesOf, placeOf } from "@/features/policy-drafts/completion";
import { findingWords, nextFinding, offsetOf, spanOf } from "@/features/policy-drafts/findings";
import { markChange, markLines, replaceNumber } from "@/features/policy-drafts/marks";
import { blockers, stepsOf, type Progress } from "@/features/policy-drafts/steps";

/** The place marked by `|` in a text. */
const at = (marked: string) => {
  const position = marked.indexOf("|");
  return placeOf(marked.replace("|", ""), position);
};

describe("completion", () => {
  it("knows what a key names, up to the word being written", () => {
    expect(at('clause = "2.|"')).toEqual({ kind: "clauses", from: 10 });
    expect(at('clauses = ["1.1", "2|"]')).toEqual({ kind: "clauses", from: 19 });
    expect(at('unit = "|"')).toEqual({ kind: "units", from: 8 });
    expect(at('test = { indicator = "a", op = ">=", parameter = "b|" }')?.kind).toBe("parameters");
  });
  it("offers formula names inside a formula of several lines, and nothing outside", () => {
    const marked = 'formula = """\nsum(enterprise.rev|)\n"""\n';
    expect(at(marked)).toEqual({ kind: "formula", from: marked.indexOf("enterprise") });
    expect(at('formula = """\nx\n"""\nname = "甲|"')).toBeNull();
    expect(at("# clause = |")).toBeNull();
    expect(at('clause = "1" |')).toBeNull();
  });
  it("shows names, values and the help of functions", () => {
    const names = {
      fields: [{ id: "enterprise.revenue", name: "营业收入", unit: "万元" }],
      parameters: [{ id: "share_min", name: "占比下限", unit: "%", value: "50" }],
      indicators: [],
      benchmarks: [],
      units: ["%"],
      functions: [{ name: "sum", signature: "sum(x)", help: "合计" }],
    } as unknown as DraftNames;
    const choices = choicesOf(names, "formula");
    expect(choices.map((one) => one.label)).toEqual(["enterprise.revenue", "share_min", "sum"]);
    expect(choices[1]?.info).toContain("现值 50");
    expect(choices[2]?.info).toContain("合计");
    expect(choicesOf(names, "units").map((one) => one.label)).toEqual(["%"]);
  });
});

const finding = (file: string, line: number, column: number, more: Partial<Finding> = {}): Finding =>
  ({ severity: "error", code: "x", file, line, column, message: "不对", ...more }) as Finding;

describe("findings", () => {
  const text = '甲 = "一"\nclause = "9.9"\n𠮷 = bad\n';
  it("stand where the compiler counts characters, also behind those outside the basic plane", () => {
    expect(offsetOf(text, 2, 10)).toBe(text.indexOf('"9.9"'));
    expect(offsetOf(text, 3, 5)).toBe(text.indexOf("bad"));
    expect(offsetOf(text, 99, 1)).toBe(text.length);
  });
  it("underline what was found, else the word", () => {
    const span = (one: Finding) => text.slice(spanOf(text, one).from, spanOf(text, one).to);
    expect(span(finding("a", 2, 10, { found: '"9.9"' }))).toBe('"9.9"');
    expect(span(finding("a", 2, 1))).toBe("clause");
    expect(span(finding("a", 2, 15))).toBe('"');
  });
  it("tell what was found, expected and what to do", () => {
    const words = findingWords(finding("a", 1, 1, { found: "55", expected: "50", hint: "核对条文" }));
    expect(words.split("\n")).toEqual(["不对", "写的是：55", "应为：50", "办法：核对条文"]);
  });
  it("are walked in the file, then in the next file, then round again", () => {
    const all = [finding("b", 3, 1), finding("a", 9, 1), finding("a", 2, 5)];
    expect(nextFinding(all, "a", 1, 1)).toBe(all[2]);
    expect(nextFinding(all, "a", 2, 5)).toBe(all[1]);
    expect(nextFinding(all, "a", 9, 1)).toBe(all[0]);
    expect(nextFinding(all, "b", 3, 1)).toBe(all[2]);
    expect(nextFinding([], "b", 3, 1)).toBeNull();
  });
});

describe("marking changes", () => {
  const kinds = (parts: { kind: string; text: string }[]) => parts.map((part) => `${part.kind}:${part.text}`);
  it("never cuts a figure in two", () => {
    expect(kinds(markChange("不低于50%", "不低于55%"))).toEqual([
      "same:不低于",
      "removed:50",
      "added:55",
      "same:%",
    ]);
    expect(kinds(markChange("1.1倍", "2.1倍"))).toEqual(["removed:1.1", "added:2.1", "same:倍"]);
  });
  it("re-adds to both texts, line by line", () => {
    const [before, after] = ["a\nb\nc\n", "a\nx\nc\nd"];
    const parts = markLines(before, after);
    const only = (kind: string) =>
      parts
        .filter((part) => part.kind === "same" || part.kind === kind)
        .map((part) => part.text)
        .join("");
    expect(only("removed")).toBe(before);
    expect(only("added")).toBe(after);
    expect(parts.filter((part) => part.kind !== "same").map((part) => part.text)).toEqual([
      "b\n",
      "x\n",
      "d",
    ]);
  });
  it("replaces a number in its sentence only where it stands once and whole", () => {
    expect(replaceNumber("比重不低于50%", "50", "55")).toBe("比重不低于55%");
    expect(replaceNumber("150家、50.5亿元", "50", "55")).toBeNull();
    expect(replaceNumber("50家以上，50%以上", "50", "55")).toBeNull();
    expect(replaceNumber("1.1倍", "1.1", "1.2")).toBe("1.2倍");
    expect(replaceNumber("不少于50。", "50", "60")).toBe("不少于60。");
  });
});

describe("steps", () => {
  const draft = { revision: 3, status: "draft", files: [{ isChanged: true }] } as PolicyDraft;
  const sound = { diagnostics: [], compiles: true };
  const tested = { revision: 3, result: { examples: [], passed: 4, failed: 0, thresholds: [] } };
  const ready: Progress = { draft, isSaved: true, findings: sound, test: tested, preview: null };
  it("let sign only what is stored, sound and tried as it is now", () => {
    expect(blockers(ready)).toEqual([]);
    expect(blockers({ ...ready, isSaved: false })).toHaveLength(1);
    expect(blockers({ ...ready, test: { ...tested, revision: 2 } })).toHaveLength(1);
    expect(blockers({ ...ready, findings: null })).toHaveLength(1);
    const failing = { ...tested, result: { ...tested.result, failed: 2 } };
    expect(blockers({ ...ready, test: failing })[0]).toContain("2");
    const broken = { diagnostics: [finding("a", 1, 1)], compiles: false };
    expect(blockers({ ...ready, findings: broken })[0]).toContain("1");
    expect(blockers({ ...ready, draft: { ...draft, files: [] } })).toHaveLength(1);
    expect(blockers({ ...ready, draft: { ...draft, status: "published" } })).toHaveLength(1);
  });
  it("show a result of an older draft as not known", () => {
    const mark = (progress: Progress) => stepsOf(progress).find((step) => step.id === "examples")?.mark;
    expect(mark(ready)).toBe("done");
    expect(mark({ ...ready, test: { ...tested, revision: 2 } })).toBe("open");
  });
});

describe("saving while writing", () => {
  const PATH = "parameters.toml";
  let stored: { text: string; revision: number };
  let isDown: boolean;
  let kept: Map<string, Kept>;
  const sound = { diagnostics: [], compiles: true };
  const file = (): DraftFileText => ({
    path: PATH,
    text: stored.text,
    baseText: "",
    revision: stored.revision,
  });
  const failure = (status: number, code: string) => new ApiError({ status, code, detail: code });
  const make = () =>
    new Autosave({
      save: async (_path, text, revision): Promise<DraftFileSaved> => {
        if (isDown) throw failure(0, "unreachable");
        if (revision !== stored.revision) throw failure(409, "conflict");
        stored = { text, revision: revision + 1 };
        return { revision: stored.revision, check: sound };
      },
      read: async () => {
        if (isDown) throw failure(0, "unreachable");
        return file();
      },
      keep: (path, one) => kept.set(path, one),
      find: (path) => kept.get(path) ?? null,
      forget: (path) => kept.delete(path),
      saved: () => undefined,
    });

  beforeEach(() => {
    vi.useFakeTimers();
    stored = { text: "a", revision: 1 };
    isDown = false;
    kept = new Map();
  });
  afterEach(() => vi.useRealTimers());

  it("stores after a pause and then keeps nothing locally", async () => {
    const save = make();
    save.open(file());
    save.type("ab");
    expect(save.state).toBe("dirty");
    expect(kept.get(PATH)).toEqual({ text: "ab", base: "a" });
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    expect([save.state, stored.text, kept.size]).toEqual(["clean", "ab", 0]);
  });

  it("keeps the text while the connection is gone, and stores it when it is back", async () => {
    const save = make();
    save.open(file());
    isDown = true;
    save.type("ab");
    await vi.advanceTimersByTimeAsync(SAVE_AFTER_MS);
    expect(save.state).toBe("offline");
    save.type("abc");
    expect(kept.get(PATH)?.text).toBe("abc");
    isDown = false;
    await vi.advanceTimersByTimeAsync(RETRY_AFTER_MS);
    expect([save.state, stored.text, kept.size]).toEqual(["clean", "abc", 0]);
  });

  it("goes on by itself when another file of the draft was changed", async () => {
    const save = make();
    save.open(file());
    stored.revision = 7;
    save.type("ab");
    await save.flush();
    expect([save.state, stored.text, save.revision]).toEqual(["clean", "ab", 8]);
  });

  it("asks when another person changed the same file, and loses neither text", async () => {
    const save = make();
    save.open(file());
    stored = { text: "theirs", revision: 2 };
    save.type("mine");
    await save.flush();
    expect([save.state, save.other, save.text, stored.text]).toEqual([
      "conflict",
      "theirs",
      "mine",
      "theirs",
    ]);
    save.type("mine, longer");
    await save.flush();
    expect(stored.text).toBe("theirs");
    await save.keepMine();
    expect([save.state, stored.text]).toEqual(["clean", "mine, longer"]);
  });

  it("can take the other's text instead", async () => {
    const save = make();
    save.open(file());
    stored = { text: "theirs", revision: 2 };
    save.type("mine");
    await save.flush();
    expect(save.takeTheirs()).toBe("theirs");
    expect([save.state, save.text, save.revision, kept.size]).toEqual(["clean", "theirs", 2, 0]);
  });

  it("brings back text that was never stored, and asks when the file moved on meanwhile", () => {
    kept.set(PATH, { text: "ab", base: "a" });
    const save = make();
    expect(save.open(file())).toBe(true);
    expect([save.state, save.text]).toEqual(["dirty", "ab"]);
    stored = { text: "theirs", revision: 2 };
    expect(save.open(file())).toBe(true);
    expect([save.state, save.other]).toEqual(["conflict", "theirs"]);
    save.close();
  });

  it("is kept per draft and file in the browser", () => {
    const one = localKeep("d1");
    one.keep(PATH, { text: "x", base: "y" });
    expect(localKeep("d2").find(PATH)).toBeNull();
    expect(localKeep("d1").find(PATH)).toEqual({ text: "x", base: "y" });
    one.forget(PATH);
    expect(one.find(PATH)).toBeNull();
  });
});
