import type { CreateRuling, Ruling, RulingKind, RulingStatus } from "@/api/types";

/** What a ruling is about, when its form opens: what is given is not asked for again. */
export interface RulingSubject {
  kind: RulingKind;
  policy: string;
  /** Name of the condition, or number and title of the clause. */
  title: string;
  criterion?: string;
  /** Readings to choose from, the default first. */
  readings?: { id: string; text: string }[];
  park?: { id: string; name: string };
  clause?: string;
  quote?: string;
}

export interface RulingDraft {
  reading: string;
  decision: string;
  /** Of a discretion: one park, or the whole city. */
  park: string | null;
  from: string;
  until: string | null;
  reason: string;
  basis: string;
}

export const KIND_WORDS: Record<RulingKind, string> = {
  reading: "条文理解",
  exception: "例外",
  discretion: "裁量",
};

export const STATUS_WORDS: Record<RulingStatus, string> = {
  "in-force": "有效",
  "not-yet": "未生效",
  ended: "已到期",
  revoked: "已撤销",
  obsolete: "不再适用",
};

export const FORM_TITLES: Record<RulingKind, string> = {
  reading: "确定条文理解",
  exception: "批准例外",
  discretion: "记录裁量",
};

/** What is wrong with a draft, by field; empty when it can be sent. */
export function problemsOf(
  subject: RulingSubject,
  draft: RulingDraft,
): Partial<Record<keyof RulingDraft, string>> {
  const problems: Partial<Record<keyof RulingDraft, string>> = {};
  if (subject.kind === "reading" && !draft.reading) problems.reading = "请选择条文理解";
  if (subject.kind === "discretion" && !draft.decision.trim()) problems.decision = "请写明如何裁量";
  if (!draft.from) problems.from = "请选择起始日期";
  if (draft.from && draft.until && draft.until < draft.from) problems.until = "截止日期不能早于起始日期";
  if (!draft.reason.trim()) problems.reason = "请写明理由，它会和决定人、时间一起留存";
  if (subject.kind === "exception" && !draft.basis.trim()) {
    problems.basis = "请写明批准依据（文号、会议纪要等）";
  }
  return problems;
}

export function requestOf(subject: RulingSubject, draft: RulingDraft): CreateRuling {
  const basis = draft.basis.trim();
  const park = subject.kind === "discretion" ? draft.park : subject.park?.id;
  return {
    policy: subject.policy,
    kind: subject.kind,
    from: draft.from,
    reason: draft.reason.trim(),
    ...(draft.until ? { until: draft.until } : {}),
    ...(basis ? { basis } : {}),
    ...(subject.criterion ? { criterion: subject.criterion } : {}),
    ...(park ? { park } : {}),
    ...(subject.kind === "reading" ? { reading: draft.reading } : {}),
    ...(subject.kind === "discretion"
      ? { clause: subject.clause, quote: subject.quote, decision: draft.decision.trim() }
      : {}),
  };
}

/** Rulings in force that decide on a quotation of a clause. */
export function decidedOn(rulings: readonly Ruling[], clause: string, quote: string): Ruling[] {
  return rulings.filter(
    (one) =>
      one.kind === "discretion" &&
      one.status === "in-force" &&
      one.clause?.id === clause &&
      one.quote === quote,
  );
}

/** The choice of a condition's reading that counts today: the newest of those in force. */
export function chosenReading(rulings: readonly Ruling[], criterion: string): Ruling | null {
  return (
    rulings.find(
      (one) => one.kind === "reading" && one.status === "in-force" && one.criterion?.id === criterion,
    ) ?? null
  );
}
