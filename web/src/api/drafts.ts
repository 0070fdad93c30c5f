/** Operations on drafts of policy versions, one function each. */
import { get, post, request } from "./http";
import { ifMatch } from "./index";
import type {
  ChangeDraftNumber,
  DraftFileSaved,
  DraftFileText,
  DraftNames,
  DraftNumber,
  DraftPreview,
  PolicyTest,
  Findings,
  Page,
  PolicyDifference,
  PolicyDraft,
  PolicyVersion,
  PublishDraft,
} from "./types";

type Signal = AbortSignal | undefined;

const at = (id: string): string => `/policy-drafts/${id}`;
/** A path is one segment of the address; its slashes are escaped. */
const file = (id: string, path: string): string => `${at(id)}/files/${encodeURIComponent(path)}`;

export const drafts = {
  list: (query: { status?: PolicyDraft["status"] }, signal?: Signal) =>
    get<Page<PolicyDraft>>("/policy-drafts", query, signal),
  create: (body: { policy: string; digest?: string; name: string }) =>
    post<PolicyDraft>("/policy-drafts", body),
  get: (id: string, signal?: Signal) => get<PolicyDraft>(at(id), {}, signal),
  discard: (id: string) => request<undefined>("DELETE", at(id)),
  restore: (id: string) => post<PolicyDraft>(`${at(id)}/restore`, {}),
  getFile: (id: string, path: string, signal?: Signal) => get<DraftFileText>(file(id, path), {}, signal),
  putFile: (id: string, path: string, text: string, revision: number) =>
    request<DraftFileSaved>("PUT", file(id, path), { body: { text }, headers: ifMatch(revision) }),
  deleteFile: (id: string, path: string, revision: number) =>
    request<DraftFileSaved>("DELETE", file(id, path), { headers: ifMatch(revision) }),
  revertFile: (id: string, path: string, revision: number) =>
    post<DraftFileSaved>(`${file(id, path)}/revert`, {}, { headers: ifMatch(revision) }),
  renameFile: (id: string, path: string, to: string, revision: number) =>
    post<DraftFileSaved>(`${file(id, path)}/rename`, { to }, { headers: ifMatch(revision) }),
  check: (id: string, path: string, text: string, signal?: Signal) =>
    post<Findings>(`${at(id)}/findings`, { path, text }, { signal }),
  names: (id: string, signal?: Signal) => get<DraftNames>(`${at(id)}/names`, {}, signal),
  numbers: (id: string, signal?: Signal) => get<Page<DraftNumber>>(`${at(id)}/numbers`, {}, signal),
  changeNumber: (id: string, body: ChangeDraftNumber, revision: number) =>
    post<PolicyDraft>(`${at(id)}/numbers`, body, { headers: ifMatch(revision) }),
  test: (id: string, signal?: Signal) => post<PolicyTest>(`${at(id)}/test`, {}, { signal }),
  accept: (id: string, examples: string[], revision: number) =>
    post<PolicyDraft>(`${at(id)}/expectations`, { examples }, { headers: ifMatch(revision) }),
  preview: (id: string, body: { year: number; assessment?: string }, signal?: Signal) =>
    post<DraftPreview>(`${at(id)}/preview`, body, { signal }),
  difference: (id: string, query: { year?: number; assessment?: string }, signal?: Signal) =>
    get<PolicyDifference>(`${at(id)}/difference`, query, signal),
  /** One key per intended publication, so that a repeat after a lost answer publishes nothing twice. */
  publish: (id: string, body: PublishDraft, revision: number, key: string) =>
    post<PolicyVersion>(`${at(id)}/publish`, body, {
      headers: { ...ifMatch(revision), "Idempotency-Key": key },
    }),
};
