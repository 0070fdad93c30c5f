/** Shapes of imports: uploaded tables that become registry rows and filings. */
export type ImportKind = "parks" | "enterprises" | "memberships" | "filings";

export interface ImportColumn {
  index: number;
  head: string;
  letter: string;
  unit: string | null;
  field: { id: string; name: string } | null;
  confidence: string;
  sample: (string | null)[];
}
export interface ImportCounts {
  read: number;
  data: number;
  accepted: number;
  refused: number;
  questioned: number;
  missingCells: number;
  values: number;
  created: number;
  updated: number;
  unchanged: number;
}
export interface ImportJob {
  id: string;
  kind: ImportKind;
  form: string | null;
  period: string | null;
  fileName: string;
  checksum: string;
  status: string;
  progress: { done: number; total: number | null; phase: string } | null;
  sheet: string | null;
  headRows: number | null;
  columns: ImportColumn[];
  fields: { id: string; name: string; unit: string | null; required: boolean }[];
  counts: ImportCounts;
  findings: { code: string; message: string }[];
  createdAt: string;
  createdBy: string | null;
  appliedCommit: number | null;
  undoneCommit: number | null;
  canApply: boolean;
  canUndo: boolean;
  error: string | null;
}
export interface ImportProblem {
  row: number;
  column: number | null;
  letter: string | null;
  head: string | null;
  value: string | null;
  severity: string;
  code: string;
  message: string;
}
