/** Every operation the pages use, one function each. */
import type {
  CheckResult,
  Decision,
  EvidenceFile,
  Figure,
  Policy,
  PolicyHead,
  WhatIfRequest,
  WhatIfResult,
} from "./check-types";
import { get, post, request, urlOf, type Query } from "./http";
import type { ImportJob, ImportProblem } from "./import-types";
import type {
  AuditEntry,
  AuditVerification,
  Dashboard,
  DemoAccount,
  EnterpriseDetail,
  EnterpriseRow,
  Filing,
  Me,
  Organisation,
  Page,
  ParkDetail,
  ParkMember,
  ParkRow,
  SearchResult,
} from "./types";

type Signal = AbortSignal | undefined;

export const api = {
  // Session
  getSession: () => request<Me>("GET", "/session", { isLogin: true }),
  createSession: (username: string, password: string) =>
    request<Me>("POST", "/session", { body: { username, password }, isLogin: true }),
  deleteSession: () => request<void>("DELETE", "/session", { isLogin: true }),
  changePassword: (current: string, next: string) =>
    request<void>("PUT", "/session/password", { body: { current, next } }),
  listDemoAccounts: () => request<DemoAccount[] | { items: DemoAccount[] }>("GET", "/demo-accounts", { isLogin: true }),

  // Registry
  listOrganisations: (kind: string, signal?: Signal) =>
    get<Organisation[] | Page<Organisation>>("/organisations", { kind }, signal),
  listParks: (query: Query, signal?: Signal) => get<Page<ParkRow>>("/parks", query, signal),
  getPark: (id: string, query?: Query, signal?: Signal) => get<ParkDetail>(`/parks/${id}`, query, signal),
  listParkEnterprises: (id: string, query: Query, signal?: Signal) =>
    get<Page<ParkMember>>(`/parks/${id}/enterprises`, query, signal),
  listEnterprises: (query: Query, signal?: Signal) => get<Page<EnterpriseRow>>("/enterprises", query, signal),
  getEnterprise: (id: string, signal?: Signal) => get<EnterpriseDetail>(`/enterprises/${id}`, {}, signal),
  getFiling: (id: string, signal?: Signal) => get<Filing>(`/filings/${id}`, {}, signal),
  createFiling: (body: {
    form: string;
    period: string;
    subject: string;
    values: Record<string, string | null>;
    reason?: string;
  }) => post<Filing>("/filings", body),
  search: (q: string, signal?: Signal) => get<SearchResult>("/search", { q }, signal),
  parksExport: (query: Query) => urlOf("/parks.xlsx", query),
  enterprisesExport: (query: Query) => urlOf("/enterprises.xlsx", query),

  // Policy
  listPolicies: (signal?: Signal) => get<PolicyHead[] | Page<PolicyHead>>("/policies", {}, signal),
  getPolicy: (id: string, signal?: Signal) => get<Policy>(`/policies/${id}`, {}, signal),

  // Self-check
  getCheck: (park: string, query: Query, signal?: Signal) =>
    get<CheckResult>(`/parks/${park}/check`, query, signal),
  whatIf: (body: WhatIfRequest, signal?: Signal) => post<WhatIfResult>("/what-if", body, { signal }),
  getFigure: (indicator: string, query: Query, signal?: Signal) =>
    get<Figure>(`/figures/${indicator}`, query, signal),
  judgeFact: (park: string, fact: string, value: boolean | null, reason: string) =>
    request<unknown>("PUT", `/parks/${park}/facts/${fact}`, { body: { value, reason } }),
  uploadEvidence: (park: string, kind: string, file: File) => {
    const form = new FormData();
    form.append("kind", kind);
    form.append("file", file);
    return post<EvidenceFile>(`/parks/${park}/evidence`, form);
  },
  listEvidence: (park: string, signal?: Signal) =>
    get<EvidenceFile[] | Page<EvidenceFile>>(`/parks/${park}/evidence`, {}, signal),
  withdrawEvidence: (id: string) => request<void>("DELETE", `/evidence/${id}`),
  evidenceUrl: (id: string) => urlOf(`/evidence/${id}/file`),
  createDecision: (park: string, body: { assessment: string; year: number; asOf?: string; note: string }) =>
    post<Decision>(`/parks/${park}/decisions`, body),
  listDecisions: (park: string, signal?: Signal) =>
    get<Decision[] | Page<Decision>>(`/parks/${park}/decisions`, {}, signal),
  getDecision: (id: string, signal?: Signal) => get<Decision>(`/decisions/${id}`, {}, signal),

  // Imports
  createImport: (form: FormData) => post<ImportJob>("/imports", form),
  listImports: (query: Query, signal?: Signal) => get<Page<ImportJob>>("/imports", query, signal),
  getImport: (id: string, signal?: Signal) => get<ImportJob>(`/imports/${id}`, {}, signal),
  mapImport: (
    id: string,
    body: { sheet?: string; headRows?: number; columns: Record<string, string | null> },
  ) => request<ImportJob>("PUT", `/imports/${id}/mapping`, { body }),
  listImportProblems: (id: string, query: Query, signal?: Signal) =>
    get<Page<ImportProblem>>(`/imports/${id}/problems`, query, signal),
  problemsUrl: (id: string) => urlOf(`/imports/${id}/problems.xlsx`),
  importEventsUrl: (id: string) => urlOf(`/imports/${id}/events`),
  templateUrl: (query: Query) => urlOf("/imports/template.xlsx", query),
  applyImport: (id: string, mode: string, acceptQuestions: boolean) =>
    post<ImportJob>(`/imports/${id}/apply`, { mode, acceptQuestions }),
  undoImport: (id: string) => post<ImportJob>(`/imports/${id}/undo`),
  cancelImport: (id: string) => post<ImportJob>(`/imports/${id}/cancel`),

  // Cockpit, audit
  getDashboard: (query: Query, signal?: Signal) => get<Dashboard>("/dashboard", query, signal),
  listAudit: (query: Query, signal?: Signal) => get<Page<AuditEntry>>("/audit", query, signal),
  verifyAudit: (signal?: Signal) => get<AuditVerification>("/audit/verification", {}, signal),
};

/** Some lists are short and come whole, others as pages; the pages only need the rows. */
export function rowsOf<T>(answer: T[] | { items: T[] }): T[] {
  return Array.isArray(answer) ? answer : answer.items;
}
