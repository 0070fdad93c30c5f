import type { ImportColumn, ImportJob, ImportKind } from "@/api/types";

export const KIND_NAMES: Record<ImportKind, string> = {
  parks: "园区名单",
  enterprises: "企业名单",
  memberships: "企业与园区的归属",
  filings: "填报数据",
};

export function kindName(kind: string): string {
  return KIND_NAMES[kind as ImportKind] ?? kind;
}

const STATUS_NAMES: Record<string, string> = {
  reading: "正在读取",
  ready: "待确认",
  applying: "正在写入",
  applied: "已导入",
  undone: "已撤销",
  failed: "失败",
  cancelled: "已取消",
};

export function statusName(status: string): string {
  return STATUS_NAMES[status] ?? status;
}

export const STEPS = ["选择文件", "对应列", "检查", "导入", "结果"] as const;

/** Steps a person has confirmed on this page, beyond what the server's status tells. */
export interface Confirmed {
  columns: boolean;
  problems: boolean;
}

/** Where the stepper stands. The server's status decides; the person only walks between its stops. */
export function stepOf(job: ImportJob | null, confirmed: Confirmed): number {
  if (!job) return 0;
  switch (job.status) {
    case "reading":
      return 1;
    case "ready":
      if (!confirmed.columns) return 1;
      return confirmed.problems ? 3 : 2;
    case "applying":
      return 3;
    default:
      return 4;
  }
}

/** Does the server still work on it, so that the page has to listen? */
export function isRunning(job: ImportJob | null): boolean {
  return job?.status === "reading" || job?.status === "applying";
}

/** Share done in whole per cent; null when the total is not known yet. */
export function percentDone(job: ImportJob): number | null {
  const progress = job.progress;
  if (!progress?.total) return null;
  return Math.min(100, Math.floor((progress.done * 100) / progress.total));
}

const CONFIDENCE: Record<string, string> = {
  exact: "名称一致",
  alias: "按别名",
  similar: "相近，请核对",
  none: "不导入",
};

export function confidenceName(column: ImportColumn): string {
  if (!column.field) return "不导入";
  return CONFIDENCE[column.confidence] ?? column.confidence;
}

/** Required fields that no column feeds, by name. */
export function unmatchedRequired(job: ImportJob, mapping: Record<string, string | null>): string[] {
  const fed = new Set(Object.values(mapping));
  return job.fields.filter((field) => field.required && !fed.has(field.id)).map((field) => field.name);
}

/** Fields that two columns feed at once, by name. */
export function matchedTwice(job: ImportJob, mapping: Record<string, string | null>): string[] {
  const ids = Object.values(mapping).filter((id): id is string => id !== null);
  const twice = new Set(ids.filter((id, index) => ids.indexOf(id) !== index));
  return job.fields.filter((field) => twice.has(field.id)).map((field) => field.name);
}

export function mappingOf(job: ImportJob): Record<string, string | null> {
  return Object.fromEntries(job.columns.map((column) => [String(column.index), column.field?.id ?? null]));
}

/** What the button of the last step may do, and why not. */
export function refusal(job: ImportJob, mode: string, acceptQuestions: boolean): string | null {
  if (job.status !== "ready" || !job.canApply) return "现在不能导入";
  if (mode === "all-or-nothing" && job.counts.refused > 0)
    return `有 ${job.counts.refused} 行不能导入；请改正文件后重新上传，或改选“只导入没有问题的行”`;
  if (mode === "all-or-nothing" && job.counts.questioned > 0 && !acceptQuestions)
    return `有 ${job.counts.questioned} 行存疑，请先核对并确认`;
  return null;
}

/** Rows as people write them ("1、2", "1-3", "1,2"): in order, each once; null when it can't be read. */
export function readRows(text: string): number[] | null {
  const rows = new Set<number>();
  for (const part of text.split(/[、，,\s]+/).filter(Boolean)) {
    const match = /^(\d{1,4})(?:[-–~](\d{1,4}))?$/.exec(part);
    if (!match) return null;
    const from = Number.parseInt(match[1] ?? "", 10);
    const to = match[2] ? Number.parseInt(match[2], 10) : from;
    if (from < 1 || to < from || to - from > 20) return null;
    for (let row = from; row <= to; row += 1) rows.add(row);
  }
  return rows.size > 0 ? [...rows].sort((a, b) => a - b) : null;
}
