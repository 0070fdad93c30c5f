import type { Coded, Named, OutcomeCounts } from "./types";

/** Shapes of the self-check, the figure panel, the what-if and the frozen decisions. */
export interface MissingItem {
  kind: string;
  subject: Named | null;
  field: string | null;
  fieldName: string | null;
  form: string | null;
  period: string | null;
  owedBy: string | null;
  since: string | null;
}
export interface JudgedFact {
  id: string;
  name: string;
  value: boolean | null;
  reason: string | null;
  by: string | null;
  at: string | null;
}
export interface EvidenceFile {
  id: string;
  name: string;
  size: number;
  at: string;
  by: string | null;
  kind?: string | null;
  kindName?: string | null;
  withdrawn?: boolean;
}
export interface EvidenceNeed {
  kind: string;
  name: string;
  files: EvidenceFile[];
}
export interface CheckCriterion {
  id: string;
  name: string;
  clause: string;
  quote: string;
  reading: string | null;
  readingId: string | null;
  alternatives: { id: string; text: string }[];
  words: string | null;
  outcome: string;
  isSoft: boolean;
  basis: string | null;
  judgedBy: { role: string; name: string } | null;
  indicator: string | null;
  value: string | null;
  bounds: { low: string | null; high: string | null; isWide: boolean } | null;
  unit: string | null;
  threshold: string | null;
  op: string | null;
  distance: string | null;
  coverage: { reported: number; expected: number } | null;
  couldChange: boolean;
  reason: string | null;
  missing: MissingItem[];
  missingHidden: number;
  parts: CheckCriterion[];
  fact?: JudgedFact | null;
  evidence?: EvidenceNeed | null;
}
export interface Receipt {
  packageDigest: string;
  knownTime: number;
  period: string;
  semantics: number;
  resultDigest: string;
}
export interface CheckResult {
  park: Named;
  year: number;
  policy: string;
  packageDigest: string;
  knownTime: number;
  knownInstant: string | null;
  outcome: string;
  criteria: CheckCriterion[];
  receipt: Receipt;
}
export interface Decision {
  id: string;
  assessment: string;
  year: number;
  outcome: string;
  note: string | null;
  decidedAt: string;
  decidedBy: string | null;
  knownTime: number;
  check?: CheckResult;
  signature: { algorithm: string; keyId: string; value: string };
  supersedes: string | null;
  supersededBy: string | null;
  verification?: { isValid: boolean; reproduced: boolean; resultDigest: string } | null;
}

// Figure panel
export interface FigureCell {
  value: string | null;
  filing: { id: string; revision: number; filedAt: string; filedBy: string | null } | null;
}
export interface FigurePart {
  label: string;
  words: string | null;
  value: string | null;
  unit: string | null;
  counted: number;
  missing: number;
}
export interface FigureMember {
  enterprise: Named | null;
  cells: FigureCell[];
  counted: string[];
}
export interface Figure {
  indicator: {
    id: string;
    name: string;
    unit: string;
    decimals: number;
    formula: string;
    words: string;
    clauses: string[];
    note: string | null;
  };
  subject: Named;
  period: string;
  knownTime: number;
  value: string | null;
  bounds: { low: string | null; high: string | null; isWide: boolean } | null;
  reason: string | null;
  coverage: { reported: number; expected: number } | null;
  parts: FigurePart[];
  columns: { field: string; name: string; unit: string | null }[];
  members: FigureMember[];
  hidden: { count: number; sums: (string | null)[]; note: string | null } | null;
  readds: boolean;
  next?: string | null;
}

// What-if
export interface FlipCriterion {
  id: string;
  name: string;
  before: string;
  after: string;
  value: string | null;
  unit: string | null;
  threshold: string | null;
  distance: string | null;
}
export interface Flip {
  park: Named;
  before: string;
  after: string;
  criteria: FlipCriterion[];
}
export interface Distance {
  park: Named;
  criterion: string;
  value: string | null;
  distance: string | null;
  unit: string | null;
}
export interface WhatIfRequest {
  policy?: string;
  assessment?: string;
  year: number;
  asOf?: string;
  parameters: Record<string, string>;
  readings: Record<string, string>;
}
export interface WhatIfResult {
  milliseconds: number;
  before: OutcomeCounts;
  after: OutcomeCounts;
  flips: Flip[];
  distances: Distance[];
}

// Policy
export interface PolicyHead {
  id: string;
  title: string;
  issuer: string | null;
  documentNumber: string | null;
  issued: string | null;
  inForceFrom: string | null;
  inForceTo: string | null;
  digest: string;
  isDefault: boolean;
}
export interface PolicyClause {
  id: string;
  title: string;
  text: string;
  dutyUnits: string[];
  soft: { quote: string; decidedBy: string | null }[];
  criteria: string[];
  indicators: string[];
  parameters: string[];
}
export interface PolicyReading {
  id: string;
  text: string;
  clause: string | null;
  quote: string | null;
  words: string | null;
}
export interface PolicyCriterion {
  id: string;
  name: string;
  clause: string;
  quote: string;
  words: string;
  readings: PolicyReading[];
  judgedBy: { role: string; name: string } | string | null;
  isSoft: boolean;
  basis: string | null;
  source: string | null;
}
export interface PolicyIndicator {
  id: string;
  name: string;
  unit: string;
  decimals: number;
  clauses: string[];
  formula: string;
  words: string;
  note: string | null;
}
export interface PolicyParameter {
  id: string;
  name: string;
  unit: string;
  value: string | null;
  values?: { from: string | null; to?: string | null; value: string; source?: string | null }[] | null;
  clause: string | null;
  source: string | null;
  basis: string | null;
}
export interface FormField {
  id: string;
  key: string;
  name: string;
  type: string;
  unit: string | null;
  decimals: number | null;
  required: boolean;
  sensitivity: string | null;
  help: string | null;
  options?: Coded[] | null;
}
export interface PolicyForm {
  id: string;
  name: string;
  subject: string;
  frequency: string;
  sections: { name: string; fields: FormField[] }[];
}
export interface PolicyFact {
  id: string;
  name: string;
  judgedBy: string | { role: string; name: string } | null;
}
export interface Policy extends PolicyHead {
  clauses: PolicyClause[];
  criteria: PolicyCriterion[];
  indicators: PolicyIndicator[];
  parameters: PolicyParameter[];
  forms: PolicyForm[];
  facts: PolicyFact[];
  evidence: Named[];
  assessments: (Named & { criteria?: string[] })[];
}
