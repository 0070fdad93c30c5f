import type { ImportJob } from "../../src/api/types";

export const imports: ImportJob[] = [];
const FIELDS = [
  { id: "uscc", name: "统一社会信用代码", unit: null, required: true },
  { id: "revenue", name: "营业收入", unit: "万元", required: true },
  { id: "tax", name: "税收", unit: "万元", required: false },
];

export function startImport(): ImportJob {
  const job: ImportJob = {
    id: `i${imports.length + 1}`,
    kind: "filings",
    form: "enterprise-annual",
    period: "2025",
    fileName: "2025年报补报.xlsx",
    checksum: "sha256:3f2a…",
    status: "reading",
    progress: { done: 0, total: 1200, phase: "读取" },
    sheet: "Sheet1",
    sheets: ["Sheet1"],
    size: 40960,
    headRows: [1, 2],
    columns: [
      {
        index: 1,
        head: "统一社会信用代码",
        letter: "A",
        unit: null,
        field: { id: "uscc", name: "统一社会信用代码" },
        confidence: "exact",
        sample: ["91320200MA1000000X", "91320200MA1000037X"],
      },
      {
        index: 2,
        head: "主营收入（万元）",
        letter: "B",
        unit: "万元",
        field: { id: "revenue", name: "营业收入" },
        confidence: "alias",
        sample: ["1,234.50", "８８"],
      },
      { index: 3, head: "备注", letter: "C", unit: null, field: null, confidence: "none", sample: ["补报"] },
    ],
    fields: FIELDS,
    counts: {
      read: 1203,
      data: 1200,
      accepted: 1197,
      refused: 2,
      questioned: 1,
      missingCells: 4,
      values: 2396,
      created: 0,
      updated: 1197,
      unchanged: 0,
    },
    findings: [{ code: "head-found", message: "表头占第 1–2 行，第 1203 行为合计行，未计入。" }],
    createdAt: new Date().toISOString(),
    createdBy: "王示例",
    appliedCommit: null,
    undoneCommit: null,
    canApply: false,
    canUndo: false,
    error: null,
  };
  imports.unshift(job);
  return job;
}

/** Each look moves a running job one step on. */
export function tick(job: ImportJob): ImportJob {
  if (job.status === "reading" || job.status === "applying") {
    job.progress = { ...job.progress, done: job.progress.done + 600 };
    if (job.progress.done >= 1200) {
      job.canApply = job.status === "reading";
      job.canUndo = !job.canApply;
      if (job.status === "applying") job.appliedCommit = 813;
      job.status = job.status === "reading" ? "ready" : "applied";
    }
  }
  return job;
}

export const problems = [
  {
    row: 14,
    column: 1,
    letter: "B",
    head: "主营收入（万元）",
    value: "一千二",
    severity: "refuse",
    code: "not-a-number",
    message: "“一千二”不是数字，请填阿拉伯数字。",
  },
  {
    row: 88,
    column: 0,
    letter: "A",
    head: "统一社会信用代码",
    value: "9132020",
    severity: "refuse",
    code: "uscc-malformed",
    message: "信用代码应为 18 位，这里是 7 位。",
  },
  {
    row: 203,
    column: 1,
    letter: "B",
    head: "主营收入（万元）",
    value: "9,999,999",
    severity: "question",
    code: "jump",
    message: "比上年增长 41 倍，请核对。",
  },
];
