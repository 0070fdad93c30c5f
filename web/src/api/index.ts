/** Every operation the pages use, one function each; queries and bodies are typed by the generated schema. */
import { get, post, postForFile, request, urlOf, type Query } from "./http";
import type { operations } from "./schema";
import type {
  AuditEntry,
  AuditVerification,
  Benchmark,
  BenchmarkCandidate,
  CheckResult,
  CreateDecision,
  CreateEnterprise,
  CreateFiling,
  CreateRuling,
  Dashboard,
  Decision,
  DecisionReplay,
  DecisionRow,
  DemoAccount,
  EnterBenchmark,
  EnterpriseDetail,
  EnterpriseRow,
  EvidenceRow,
  Figure,
  Filing,
  FreezeBenchmark,
  ImportJob,
  ImportProblem,
  Changes,
  Levers,
  Me,
  Organisation,
  Page,
  ParkDetail,
  ParkMember,
  ParkRow,
  Policy,
  PolicyDifference,
  PolicyTest,
  TargetDetail,
  PolicyHead,
  PolicyVersion,
  Ruling,
  SearchResult,
  WhatIfRequest,
  WhatIfResult,
} from "./types";

type Signal = AbortSignal | undefined;
/** What an operation accepts in its query: a closed set, anything else is refused by the server. */
export type QueryOf<Operation extends keyof operations> = NonNullable<
  operations[Operation]["parameters"]["query"]
>;

/** The revision that a change is based on; a lost race answers 409. */
export const ifMatch = (revision: number): Record<string, string> => ({ "If-Match": `"${revision}"` });

export const api = {
  // Session
  getSession: () => request<Me>("GET", "/session", { isLogin: true }),
  createSession: (username: string, password: string) =>
    request<Me>("POST", "/session", { body: { username, password }, isLogin: true }),
  deleteSession: () => request<undefined>("DELETE", "/session", { isLogin: true }),
  changePassword: (current: string, next: string) =>
    request<undefined>("PUT", "/session/password", { body: { current, next } }),
  listDemoAccounts: () => request<Page<DemoAccount>>("GET", "/demo-accounts", { isLogin: true }),

  // Registry
  listOrganisations: (kind: string, signal?: Signal) =>
    get<Page<Organisation>>("/organisations", { kind }, signal),
  listParks: (query: QueryOf<"list_parks">, signal?: Signal) =>
    get<Page<ParkRow>>("/parks", query as Query, signal),
  getPark: (id: string, signal?: Signal) => get<ParkDetail>(`/parks/${id}`, {}, signal),
  listParkEnterprises: (id: string, query: QueryOf<"list_park_enterprises">, signal?: Signal) =>
    get<Page<ParkMember>>(`/parks/${id}/enterprises`, query as Query, signal),
  listEnterprises: (query: QueryOf<"list_enterprises">, signal?: Signal) =>
    get<Page<EnterpriseRow>>("/enterprises", query as Query, signal),
  getEnterprise: (id: string, signal?: Signal) => get<EnterpriseDetail>(`/enterprises/${id}`, {}, signal),
  updatePark: (id: string, revision: number, change: Record<string, string | null>) =>
    request<ParkDetail>("PATCH", `/parks/${id}`, { body: change, headers: ifMatch(revision) }),
  createEnterprise: (body: CreateEnterprise) => post<EnterpriseDetail>("/enterprises", body),
  updateEnterprise: (id: string, revision: number, change: Partial<CreateEnterprise>) =>
    request<EnterpriseDetail>("PATCH", `/enterprises/${id}`, { body: change, headers: ifMatch(revision) }),
  getFiling: (id: string, signal?: Signal) => get<Filing>(`/filings/${id}`, {}, signal),
  createFiling: (body: CreateFiling) => post<Filing>("/filings", body),
  search: (q: string, signal?: Signal) => get<SearchResult>("/search", { q }, signal),
  parksExport: (query: QueryOf<"export_parks">) => urlOf("/parks.xlsx", query as Query),
  enterprisesExport: (query: QueryOf<"export_enterprises">) => urlOf("/enterprises.xlsx", query as Query),

  // Policy
  listPolicies: (signal?: Signal) => get<Page<PolicyHead>>("/policies", {}, signal),
  testPolicy: (id: string, signal?: Signal) => get<PolicyTest>(`/policies/${id}/test`, {}, signal),
  getPolicy: (id: string, signal?: Signal) => get<Policy>(`/policies/${id}`, {}, signal),
  listPolicyVersions: (id: string, signal?: Signal) =>
    get<Page<PolicyVersion>>(`/policies/${id}/versions`, {}, signal),
  getPolicyDifference: (
    id: string,
    query: { from: string; to: string; year?: number; assessment?: string },
    signal?: Signal,
  ) => get<PolicyDifference>(`/policies/${id}/difference`, query, signal),

  // Self-check
  getCheck: (park: string, query: QueryOf<"get_park_check">, signal?: Signal) =>
    get<CheckResult>(`/parks/${park}/check`, query as Query, signal),
  whatIf: (body: WhatIfRequest, signal?: Signal) => post<WhatIfResult>("/what-if", body, { signal }),
  exportWhatIf: (body: WhatIfRequest) => postForFile("/what-if.xlsx", body),
  listLevers: (park: string, query: QueryOf<"list_levers">, signal?: Signal) =>
    get<Levers>(`/parks/${park}/levers`, query as Query, signal),
  listChanges: (query: QueryOf<"list_changes">, signal?: Signal) =>
    get<Changes>("/changes", query as Query, signal),
  changesExport: (query: QueryOf<"export_changes">) => urlOf("/changes.xlsx", query as Query),
  getFigure: (indicator: string, query: QueryOf<"get_figure">, signal?: Signal) =>
    get<Figure>(`/figures/${indicator}`, query as Query, signal),
  getBenchmark: (id: string, query: QueryOf<"list_benchmark_versions">, signal?: Signal) =>
    get<Benchmark>(`/benchmarks/${id}/versions`, query as Query, signal),
  listBenchmarkCandidates: (id: string, query: QueryOf<"list_benchmark_candidates">, signal?: Signal) =>
    get<{ items: BenchmarkCandidate[] }>(`/benchmarks/${id}/candidates`, query as Query, signal),
  enterBenchmark: (id: string, body: EnterBenchmark) => post<Benchmark>(`/benchmarks/${id}/versions`, body),
  freezeBenchmark: (id: string, body: FreezeBenchmark) => post<Benchmark>(`/benchmarks/${id}/freeze`, body),
  judgeFact: (park: string, fact: string, value: boolean | null, reason: string) =>
    request<unknown>("PUT", `/parks/${park}/facts/${fact}`, { body: { value, reason } }),
  uploadEvidence: (park: string, kind: string, file: File) => {
    const form = new FormData();
    form.append("kind", kind);
    form.append("file", file);
    return post<EvidenceRow>(`/parks/${park}/evidence`, form);
  },
  listEvidence: (park: string, signal?: Signal) =>
    get<Page<EvidenceRow>>(`/parks/${park}/evidence`, {}, signal),
  withdrawEvidence: (id: string) => request<undefined>("DELETE", `/evidence/${id}`),
  evidenceUrl: (id: string) => urlOf(`/evidence/${id}/file`),
  createDecision: (park: string, body: CreateDecision) => post<Decision>(`/parks/${park}/decisions`, body),
  listDecisions: (park: string, signal?: Signal) =>
    get<Page<DecisionRow>>(`/parks/${park}/decisions`, {}, signal),
  getDecision: (id: string, signal?: Signal) => get<Decision>(`/decisions/${id}`, {}, signal),
  replayDecision: (id: string) => post<DecisionReplay>(`/decisions/${id}/replay`, {}),

  // Rulings
  listRulings: (query: QueryOf<"list_rulings">, signal?: Signal) =>
    get<Page<Ruling>>("/rulings", query as Query, signal),
  createRuling: (body: CreateRuling) => post<Ruling>("/rulings", body),
  revokeRuling: (id: string, reason: string) => post<Ruling>(`/rulings/${id}/revoke`, { reason }),
  rulingsExport: (query: QueryOf<"export_rulings">) => urlOf("/rulings.xlsx", query as Query),

  // Imports
  createImport: (form: FormData) => post<ImportJob>("/imports", form),
  listImports: (query: QueryOf<"list_imports">, signal?: Signal) =>
    get<Page<ImportJob>>("/imports", query as Query, signal),
  getImport: (id: string, signal?: Signal) => get<ImportJob>(`/imports/${id}`, {}, signal),
  mapImport: (
    id: string,
    body: { sheet?: string; headRows?: number[]; columns: Record<string, string | null> },
  ) => request<ImportJob>("PUT", `/imports/${id}/mapping`, { body }),
  listImportProblems: (id: string, query: { limit?: number; after?: string }, signal?: Signal) =>
    get<Page<ImportProblem>>(`/imports/${id}/problems`, query, signal),
  problemsUrl: (id: string) => urlOf(`/imports/${id}/problems.xlsx`),
  importEventsUrl: (id: string) => urlOf(`/imports/${id}/events`),
  templateUrl: (query: QueryOf<"get_import_template">) => urlOf("/imports/template.xlsx", query as Query),
  applyImport: (id: string, mode: string, acceptQuestions: boolean) =>
    post<ImportJob>(`/imports/${id}/apply`, { mode, acceptQuestions }),
  undoImport: (id: string) => post<ImportJob>(`/imports/${id}/undo`),
  cancelImport: (id: string) => post<ImportJob>(`/imports/${id}/cancel`),

  // Cockpit, audit
  getTarget: (id: string, query: QueryOf<"get_target">, signal?: Signal) =>
    get<TargetDetail>(`/targets/${id}`, query as Query, signal),
  getDashboard: (query: QueryOf<"get_dashboard">, signal?: Signal) =>
    get<Dashboard>("/dashboard", query as Query, signal),
  listAudit: (query: QueryOf<"list_audit">, signal?: Signal) =>
    get<Page<AuditEntry>>("/audit", query as Query, signal),
  verifyAudit: (signal?: Signal) => get<AuditVerification>("/audit/verification", {}, signal),
};
