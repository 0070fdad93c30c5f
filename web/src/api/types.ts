/** The shapes of the HTTP API (docs/api-design.md). Decimals are strings, dates ISO 8601, instants UTC. */
export type Outcome = string;

export interface Named {
  id: string;
  name: string;
}
export interface Coded {
  code: string;
  name: string;
}
export interface Page<T> {
  items: T[];
  total: number;
  next: string | null;
}

// Session
export interface Grant {
  role: string;
  roleName: string;
  organisation: { id: string; name: string; kind: string };
}
export interface Me {
  user: { id: string; username: string; name: string };
  grants: Grant[];
  menu: string[];
  landing: string;
  isDemo: boolean;
  now: string;
  today: string;
  latestYear: number;
}
export interface DemoAccount {
  username: string;
  password: string;
  name: string;
  roleName?: string | null;
}

// Registry
export interface Organisation {
  id: string;
  name: string;
  kind: string;
  parent: string | null;
  isDemo: boolean;
}
export interface ParkRow {
  id: string;
  name: string;
  district: Named | null;
  operator: Named | null;
  leadingIndustry: Coded | null;
  enterprises: number;
  outcome: Outcome | null;
  met: number;
  notMet: number;
  undecided: number;
  isDemo: boolean;
  revision: number;
}
export interface FieldChange {
  field: string;
  before: unknown;
  after: unknown;
}
export interface HistoryEntry {
  revision: number;
  commit: number;
  at: string;
  by: string | null;
  changes: FieldChange[];
}
export interface ParkDetail extends ParkRow {
  code: string | null;
  address: string | null;
  fourSides: unknown;
  recognisedOn: string | null;
  history: HistoryEntry[];
}
export interface EnterpriseRow {
  id: string;
  uscc: string;
  name: string;
  district: Named | null;
  park: Named | null;
  leadingIndustry: Coded | null;
  isDemo: boolean;
  revision: number;
}
export interface ParkMember extends EnterpriseRow {
  memberFrom: string | null;
  memberTo: string | null;
  filed: boolean;
}
export interface FilingHead {
  id: string;
  form: string;
  formName: string;
  period: string;
  revision: number;
  filedAt: string;
  filedBy: string | null;
  isCurrent: boolean;
}
export interface EnterpriseDetail extends EnterpriseRow {
  memberships: { park: Named; from: string | null; to: string | null }[];
  industries: { code: string; name: string; from: string | null; to: string | null }[];
  filings: FilingHead[];
  history: HistoryEntry[];
}
export interface FilingValue {
  field: string;
  name: string;
  value: string | null;
  unit: string | null;
  isMissing: boolean;
}
export interface FilingRevision {
  revision: number;
  commit: number;
  filedAt: string;
  filedBy: string | null;
  import: string | null;
  reason?: string | null;
  values: FilingValue[];
  changes: FieldChange[];
}
export interface Filing {
  id: string;
  subject: Named;
  form: string;
  formName?: string | null;
  period: string;
  revisions: FilingRevision[];
}
export interface SearchResult {
  parks: Named[];
  enterprises: (Named & { uscc?: string | null })[];
  clauses: { policy: string; id: string; title: string }[];
}

// Dashboard, audit
export interface OutcomeCounts {
  met: number;
  notMet: number;
  undecided: number;
}
export interface Dashboard {
  year: number;
  knownTime: number;
  parks: {
    total: number;
    byOutcome: OutcomeCounts;
    byDistrict: ({ district: Named; total: number } & OutcomeCounts)[];
  };
  completeness: {
    form: string;
    formName?: string | null;
    period: string;
    reported: number;
    expected: number;
    byDistrict: { district: Named; reported: number; expected: number }[];
  };
  industries: { code: string; name: string; parks: number; enterprises: number }[];
  criteria: ({ id: string; name: string; clause: string } & OutcomeCounts)[];
  targets: { name: string; clause: string; value: string | null; goal: string; unit: string }[];
  changes: { at: string; by: string | null; what: string; subject: string | Named | null }[];
}
export interface AuditEntry {
  id: string;
  at: string;
  actor: string | null;
  action: string;
  subject: string | null;
  result: string | null;
  source?: string | null;
  digest?: string | null;
}
export interface AuditVerification {
  entries: number;
  isIntact: boolean;
  firstBroken: string | number | null;
}
