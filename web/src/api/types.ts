/**
 * Names for the shapes of the API that the pages use. The shapes themselves are generated (`npm run api`).
 * Decimals are strings, dates ISO 8601, instants UTC.
 */
import type { components } from "./schema";

type Schemas = components["schemas"];

// Shared
export type Named = Schemas["Named"];
export type Coded = Schemas["CodeName"];
export type Outcome = Schemas["OutcomeName"];
export type OutcomeCounts = Schemas["OutcomeCounts"];
export type Problem = Schemas["Problem"];
export type FieldProblem = Schemas["ProblemEntry"];

// Session
export type Me = Schemas["Me"];
export type DemoAccount = Schemas["DemoAccount"];

// Registry
export type Organisation = Schemas["OrganisationItem"];
export type ParkRow = Schemas["ParkItem"];
export type ParkDetail = Schemas["ParkDetail"];
export type ParkMember = Schemas["ParkEnterpriseItem"];
export type EnterpriseRow = Schemas["EnterpriseItem"];
export type EnterpriseDetail = Schemas["EnterpriseDetail"];
export type HistoryEntry = Schemas["HistoryEntry"];
export type FilingHead = Schemas["FilingItem"];
export type Filing = Schemas["FilingDetail"];
export type FilingRevision = Schemas["FilingRevision"];
export type CreateEnterprise = Schemas["CreateEnterpriseRequest"];
export type CreateFiling = Schemas["CreateFilingRequest"];
export type SearchResult = Schemas["SearchAnswer"];

// Self-check, figures, what-if, decisions
export type MissingItem = Schemas["MissingItem"];
export type JudgedFact = Schemas["FactAnswer"];
export type EvidenceFile = Schemas["EvidenceFile"];
export type EvidenceRow = Schemas["EvidenceItem"];
export type TestResult = Schemas["TestAnswer"];
export type CriterionResult = Schemas["CriterionAnswer"];
export type CheckResult = Schemas["CheckAnswer"];
export type DecisionRow = Schemas["DecisionItem"];
export type Decision = Schemas["DecisionDetail"];
export type CreateDecision = Schemas["CreateDecisionRequest"];
export type Figure = Schemas["FigureAnswer"];
export type Ruling = Schemas["RulingItem"];
export type RulingBrief = Schemas["RulingBrief"];
export type RulingKind = Schemas["RulingKind"];
export type RulingStatus = Schemas["RulingStatus"];
export type CreateRuling = Schemas["CreateRulingRequest"];
export type Benchmark = Schemas["BenchmarkDetail"];
export type BenchmarkVersion = Schemas["BenchmarkVersion"];
export type BenchmarkCandidate = Schemas["BenchmarkCandidate"];
export type EnterBenchmark = Schemas["CreateBenchmarkVersionRequest"];
export type FreezeBenchmark = Schemas["FreezeBenchmarkRequest"];
export type FigureMember = Schemas["FigureMember"];
export type Flip = Schemas["Flip"];
export type Distance = Schemas["Distance"];
export type WhatIfRequest = Schemas["RunWhatIfRequest"];
export type WhatIfResult = Schemas["WhatIfAnswer"];
export type SupposedFiling = Schemas["SupposedFiling"];
export type SubjectKind = Schemas["SubjectKind"];
export type ScorecardChange = Schemas["ScorecardChange"];
export type Standing = Schemas["Standing"];
export type Levers = Schemas["LeversAnswer"];
export type Lever = Schemas["LeverItem"];
export type Changes = Schemas["ChangesAnswer"];
export type ParkChange = Schemas["ParkChange"];
export type FigureState = Schemas["FigureState"];

// Policy
export type PolicyHead = Schemas["PolicyItem"];
export type Policy = Schemas["PolicyDetail"];
export type PolicyClause = Schemas["PolicyClause"];
export type PolicyCriterion = Schemas["PolicyCriterion"];
export type PolicyIndicator = Schemas["PolicyIndicator"];
export type PolicyParameter = Schemas["PolicyParameter"];
export type PolicyScorecard = Schemas["PolicyScorecard"];
export type PolicyForm = Schemas["PolicyForm"];
export type PolicyTarget = Schemas["PolicyTarget"];
export type PolicyTask = Schemas["PolicyTask"];
export type FormField = Schemas["PolicyField"];

// Versions and drafts of a policy
export type PolicyVersion = Schemas["PolicyVersion"];
export type PolicyDifference = Schemas["PolicyDifference"];
export type WordsPart = Schemas["WordsPart"];
export type PolicyDraft = Schemas["PolicyDraft"];
export type DraftFile = Schemas["DraftFile"];
export type DraftFileText = Schemas["DraftFileText"];
export type DraftFileSaved = Schemas["DraftFileSaved"];
export type Finding = Schemas["Finding"];
export type Findings = Schemas["Findings"];
export type DraftNames = Schemas["DraftNames"];
export type DraftNumber = Schemas["DraftNumber"];
export type ChangeDraftNumber = Schemas["ChangeDraftNumberRequest"];
export type PolicyTest = Schemas["PolicyTest"];
export type ThresholdCoverage = Schemas["ThresholdCoverage"];
export type ExampleResult = Schemas["ExampleResult"];
export type DraftPreview = Schemas["DraftPreview"];
export type PublishDraft = Schemas["PublishDraftRequest"];
export type DecisionReplay = Schemas["DecisionReplay"];

// Imports
export type ImportJob = Schemas["Import"];
export type ImportKind = Schemas["ImportKind"];
export type ImportColumn = Schemas["ImportColumn"];
export type ImportCounts = Schemas["ImportCounts"];
export type ImportProblem = Schemas["ImportProblem"];

// Cockpit, audit
export type Dashboard = Schemas["Dashboard"];
export type Target = Schemas["TargetItem"];
export type TargetDetail = Schemas["TargetDetail"];
export type TargetPark = Schemas["TargetPark"];
export type AuditEntry = Schemas["AuditItem"];
export type AuditVerification = Schemas["AuditVerification"];

export interface Page<T> {
  items: T[];
  total: number;
  next?: string | null;
}
