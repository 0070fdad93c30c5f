/**
 * The only place that calls `fetch`. Turns problem documents (RFC 9457) into `ApiError`, marks writes as
 * coming from our pages, and lets an expired session be renewed without the page losing its state.
 */
import type { Problem } from "./types";

type Told = Pick<Problem, "status" | "code" | "detail" | "errors">;

export class ApiError extends Error {
  readonly problem: Told;
  constructor(problem: Told) {
    super(problem.detail);
    this.name = "ApiError";
    this.problem = problem;
  }
  get status(): number {
    return this.problem.status;
  }
  get code(): string {
    return this.problem.code;
  }
  /** Message for one field of a form, if the server named it. */
  forField(field: string): string | undefined {
    return this.problem.errors?.find((entry) => entry.field === field)?.message;
  }
}

export type QueryValue = string | number | boolean | null | undefined | readonly string[];
export type Query = Record<string, QueryValue>;

export interface RequestOptions {
  query?: Query;
  body?: unknown;
  signal?: AbortSignal;
  headers?: Record<string, string>;
  /** Calls of the login itself answer 401 without asking to log in again. */
  isLogin?: boolean;
}

const BASE = "/api/v1";
let renewSession: (() => Promise<boolean>) | null = null;

/** The shell installs what happens when a session has run out: ask for the password, then say whether it worked. */
export function onSessionExpired(handler: () => Promise<boolean>): void {
  renewSession = handler;
}

export function urlOf(path: string, query: Query = {}): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value === undefined || value === null || value === "") continue;
    if (Array.isArray(value)) for (const entry of value) search.append(key, entry);
    else search.append(key, String(value));
  }
  const text = search.toString();
  return `${BASE}${path}${text ? `?${text}` : ""}`;
}

/** A key that lets a repeated POST answer once; works without HTTPS too (no `randomUUID` there). */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

async function readProblem(response: Response): Promise<Told> {
  const fallback = {
    status: response.status,
    code: "unreadable-answer",
    detail: response.status >= 500 ? "服务暂时出错，请稍后重试。" : "请求没有成功，请重试。",
  };
  try {
    const body = (await response.json()) as Partial<Told>;
    return { ...fallback, ...body, status: response.status };
  } catch {
    return fallback;
  }
}

async function send(method: string, path: string, options: RequestOptions): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json", ...options.headers };
  if (method !== "GET") headers["X-Xiyuan-Request"] = "1";
  let body: BodyInit | undefined;
  if (options.body instanceof FormData) body = options.body;
  else if (options.body !== undefined) {
    headers["Content-Type"] = "application/json";
    body = JSON.stringify(options.body);
  }
  try {
    return await fetch(urlOf(path, options.query), {
      method,
      headers,
      body,
      signal: options.signal,
      credentials: "same-origin",
    });
  } catch (cause) {
    if (cause instanceof DOMException && cause.name === "AbortError") throw cause;
    throw new ApiError({ status: 0, code: "unreachable", detail: "连不上服务器，请检查网络后重试。" });
  }
}

async function answered(method: string, path: string, options: RequestOptions): Promise<Response> {
  const withKey =
    method === "POST" && !options.isLogin
      ? { ...options, headers: { "Idempotency-Key": newIdempotencyKey(), ...options.headers } }
      : options;
  let response = await send(method, path, withKey);
  if (response.status === 401 && !options.isLogin && renewSession && (await renewSession()))
    response = await send(method, path, withKey);
  if (!response.ok) throw new ApiError(await readProblem(response));
  return response;
}

/** A file that is made of what is sent. */
export async function postForFile(path: string, body: unknown): Promise<Blob> {
  return (await answered("POST", path, { body })).blob();
}

export async function request<T>(method: string, path: string, options: RequestOptions = {}): Promise<T> {
  const response = await answered(method, path, options);
  if (response.status === 204) return undefined as T;
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> =>
  request<T>("GET", path, { query, signal });

export const post = <T>(path: string, body?: unknown, options: RequestOptions = {}): Promise<T> =>
  request<T>("POST", path, { ...options, body });

/** What to tell a person about anything that went wrong. */
export function messageOf(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  return "页面出了意外的错误，请重试；仍不行请联系系统管理员。";
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
