import type { DraftPreview, PolicyTest, Findings, PolicyDraft } from "@/api/types";
import { countBySeverity } from "./findings";

/** A result together with the revision of the draft that it was computed from. */
export interface Of<T> {
  revision: number;
  result: T;
}

export interface Progress {
  draft: PolicyDraft;
  isSaved: boolean;
  findings: Findings | null;
  test: Of<PolicyTest> | null;
  preview: Of<DraftPreview> | null;
}

export type StepId = "edit" | "check" | "examples" | "preview" | "publish";
export type StepMark = "done" | "bad" | "open";

export interface Step {
  id: StepId;
  title: string;
  mark: StepMark;
  note: string;
}

/** What was computed from the draft as it is now; an older result counts no more. */
export function current<T>(of: Of<T> | null, revision: number): T | null {
  return of && of.revision === revision ? of.result : null;
}

export function changedFiles(draft: PolicyDraft): number {
  return draft.files.filter((file) => file.isChanged).length;
}

export function stepsOf(progress: Progress): Step[] {
  const { draft, findings } = progress;
  const changed = changedFiles(draft);
  const counts = countBySeverity(findings?.diagnostics ?? []);
  const test = current(progress.test, draft.revision);
  const preview = current(progress.preview, draft.revision);
  const checkNote = (): string => {
    if (!findings) return "待校验";
    if (counts.errors > 0) return `${counts.errors} 处错误`;
    return counts.warnings > 0 ? `${counts.warnings} 处提醒` : "没有问题";
  };
  const testNote = test ? (test.failed > 0 ? `${test.failed} 个不符` : `${test.passed} 个相符`) : "待试算";
  const markOf = (isKnown: boolean, isGood: boolean): StepMark =>
    !isKnown ? "open" : isGood ? "done" : "bad";
  const isPublished = draft.status === "published";
  return [
    {
      id: "edit",
      title: "修改",
      mark: changed > 0 ? "done" : "open",
      note: changed > 0 ? `${changed} 个文件` : "还没有改动",
    },
    { id: "check", title: "校验", mark: markOf(!!findings, counts.errors === 0), note: checkNote() },
    { id: "examples", title: "算例", mark: markOf(!!test, test?.failed === 0), note: testNote },
    {
      id: "preview",
      title: "预览影响",
      mark: preview ? "done" : "open",
      note: preview ? `${preview.flips.length} 个园区改变` : "待预览",
    },
    {
      id: "publish",
      title: "签发",
      mark: isPublished ? "done" : "open",
      note: isPublished ? "已发布" : "未签发",
    },
  ];
}

/** Why the draft cannot be signed now, in words; none when it can. */
export function blockers(progress: Progress): string[] {
  const { draft } = progress;
  if (draft.status === "published") return ["草稿已经发布。"];
  if (draft.status === "discarded") return ["草稿已作废，恢复后才能签发。"];
  const reasons: string[] = [];
  if (!progress.isSaved) reasons.push("还有没存上的文字。");
  if (changedFiles(draft) === 0) reasons.push("草稿与所依据的版本没有不同。");
  const { errors } = countBySeverity(progress.findings?.diagnostics ?? []);
  if (!progress.findings) reasons.push("还没有校验。");
  else if (errors > 0) reasons.push(`校验有 ${errors} 处错误。`);
  else {
    const test = current(progress.test, draft.revision);
    if (!test) reasons.push("算例还没有按现在的草稿试算。");
    else if (test.failed > 0) reasons.push(`有 ${test.failed} 个算例与规则不符。`);
  }
  return reasons;
}
