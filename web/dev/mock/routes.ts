import type { WhatIfResult } from "../../src/api/types";
import { checkOf, figureOf } from "./check";
import { DISTRICTS, enterprises, parks } from "./city";
import { imports, problems, startImport, tick } from "./imports";
import { policy } from "./policy";

interface Reply {
  status: number;
  body?: unknown;
}
type Handler = (match: string[], query: URLSearchParams, body: Record<string, never>) => unknown;

let isIn = false;
const me = {
  user: { id: "u1", username: "shigong", name: "王示例" },
  grants: [
    {
      role: "city_officer",
      roleName: "市级经办",
      organisation: { id: "city", name: "市工业和信息化局", kind: "department" },
    },
  ],
  menu: ["dashboard", "parks", "enterprises", "imports", "policies", "audit"],
  landing: "dashboard",
  isDemo: true,
  now: "2026-11-23T09:00:00Z",
  today: "2026-11-23",
  latestYear: 2025,
};
const problem = (status: number, code: string, detail: string): Reply => ({
  status,
  body: { title: code, status, code, detail },
});

function page<T>(rows: T[], query: URLSearchParams) {
  const limit = Number(query.get("limit") ?? 50);
  const from = Number(query.get("after") ?? 0);
  return {
    items: rows.slice(from, from + limit),
    total: rows.length,
    next: from + limit < rows.length ? String(from + limit) : null,
  };
}
const count = (outcome: string, rows = parks) => rows.filter((park) => park.outcome === outcome).length;
const counts = (rows = parks) => ({
  met: count("met", rows),
  notMet: count("not_met", rows),
  undecided: count("undecided", rows),
});

function whatIf(body: { parameters?: Record<string, string> }): WhatIfResult {
  const floor = Number(body.parameters?.["leading-share-floor"] ?? 50);
  const n = Math.max(0, Math.min(6, Math.round(Math.abs(floor - 50))));
  return {
    knownTime: 812,
    milliseconds: 12,
    isSupposed: false,
    before: counts(),
    after: { ...counts(), met: count("met") - n, notMet: count("not_met") + n },
    flips: parks
      .filter((park) => park.outcome === "met")
      .slice(0, n)
      .map((park, i) => ({
        park: { id: park.id, name: park.name },
        before: "met" as const,
        after: "not_met" as const,
        criteria: [
          {
            id: "leading-revenue-share",
            name: "主导产业营收占比",
            before: "met" as const,
            after: "not_met" as const,
            value: `${50 + i}.21`,
            unit: "%",
            threshold: String(floor),
            distance: `-${floor - 50 - i}.79`,
          },
        ],
      })),
    distances: parks.slice(0, 12).map((park, i) => ({
      park: { id: park.id, name: park.name },
      criterion: "leading-revenue-share",
      value: `${48 + i}.37`,
      distance: `${i - 2}.37`,
      unit: "%",
    })),
  };
}
const filing = (id: string) => ({
  id,
  subject: { id: "e24", name: enterprises[24]?.name },
  form: "enterprise-annual",
  formName: "企业年报",
  period: "2025",
  revisions: [2, 1].map((revision) => ({
    revision,
    commit: 600 + revision,
    filedAt: `2026-0${revision + 2}-12T06:30:00Z`,
    filedBy: "企业统计员",
    isWithdrawn: false,
    import: revision === 1 ? { id: "i0", name: "2025年报.xlsx" } : null,
    reason: revision === 2 ? "更正小数点" : null,
    values: [
      {
        field: "revenue",
        name: "营业收入",
        value: revision === 2 ? "1311.11" : "13111.10",
        unit: "万元",
        isMissing: false,
      },
      { field: "tax", name: "税收", value: null, unit: "万元", isMissing: true },
    ],
    changes:
      revision === 2 ? [{ field: "revenue", name: "营业收入", before: "13111.10", after: "1311.11" }] : [],
  })),
});

const routes: [string, RegExp, Handler][] = [
  ["DELETE", /^\/session$/, () => void (isIn = false)],
  [
    "GET",
    /^\/demo-accounts$/,
    () =>
      page(
        [
          { username: "shigong", password: "demo-2025", name: "王示例", roleName: "市级经办" },
          { username: "yuanqu", password: "demo-2025", name: "李示例", roleName: "园区运营人员" },
        ],
        new URLSearchParams(),
      ),
  ],
  [
    "GET",
    /^\/organisations$/,
    () =>
      page(
        DISTRICTS.map((one) => ({ ...one, kind: "district", isDemo: true })),
        new URLSearchParams(),
      ),
  ],
  [
    "GET",
    /^\/parks$/,
    (_, q) =>
      page(
        parks.filter(
          (park) =>
            (!q.get("outcome") || park.outcome === q.get("outcome")) &&
            (!q.get("district") || park.district?.id === q.get("district")) &&
            park.name.includes(q.get("search") ?? ""),
        ),
        q,
      ),
  ],
  [
    "GET",
    /^\/parks\/(\w+)$/,
    ([id]) => ({
      ...parks.find((park) => park.id === id),
      code: "WX-001",
      address: "演示路 1 号",
      fourSides: "东至示例大道，南至演示河，西至样本路，北至试点街",
      recognisedOn: "2024-06-18",
      history: [
        {
          revision: 1,
          commit: 12,
          at: "2024-01-02T01:00:00Z",
          by: "导入",
          changes: [{ field: "name", name: "名称", before: null, after: "云锦园" }],
        },
      ],
    }),
  ],
  [
    "GET",
    /^\/parks\/(\w+)\/check$/,
    ([id], q) => checkOf(id ?? "", q.getAll("reading"), Number(q.get("year") ?? 2025)),
  ],
  [
    "GET",
    /^\/parks\/(\w+)\/enterprises$/,
    ([id], q) =>
      page(
        enterprises
          .filter((one) => one.park?.id === id)
          .map((one, i) => ({ ...one, memberFrom: "2022-01-01", memberTo: null, filed: i !== 3 })),
        q,
      ),
  ],
  ["GET", /^\/parks\/\w+\/(evidence|decisions)$/, () => page([], new URLSearchParams())],
  [
    "GET",
    /^\/enterprises$/,
    (_, q) =>
      page(
        enterprises.filter((one) => one.name.includes(q.get("search") ?? "")),
        q,
      ),
  ],
  [
    "GET",
    /^\/enterprises\/(\w+)$/,
    ([id]) => ({
      ...enterprises.find((one) => one.id === id),
      memberships: [{ park: { id: "p0", name: parks[0]?.name }, from: "2022-01-01", to: null }],
      industries: [{ code: "C3973", name: "集成电路", from: "2022-01-01", to: null }],
      filings: [
        {
          id: "f24",
          form: "enterprise-annual",
          formName: "企业年报",
          period: "2025",
          revision: 2,
          filedAt: "2026-04-12T06:30:00Z",
          filedBy: "企业统计员",
          isCurrent: true,
        },
      ],
      history: [],
    }),
  ],
  ["GET", /^\/filings\/(\w+)$/, ([id]) => filing(id ?? "")],
  ["GET", /^\/figures\/(\w+)$/, ([id], q) => figureOf(id ?? "", q.get("park") ?? "")],
  ["GET", /^\/policies$/, () => page([policy], new URLSearchParams())],
  ["GET", /^\/policies\//, () => policy],
  ["POST", /^\/what-if$/, (_, __, body) => whatIf(body)],
  [
    "GET",
    /^\/search$/,
    (_, q) => ({
      parks: parks.filter((park) => park.name.includes(q.get("q") ?? "")).slice(0, 8),
      enterprises: enterprises.filter((one) => one.name.includes(q.get("q") ?? "")).slice(0, 8),
      clauses: policy.clauses
        .filter((one) => one.text.includes(q.get("q") ?? ""))
        .map((one) => ({ policy: policy.id, id: one.id, title: one.title })),
    }),
  ],
  ["POST", /^\/imports$/, startImport],
  ["GET", /^\/imports$/, (_, q) => page(imports, q)],
  [
    "GET",
    /^\/imports\/(\w+)$/,
    ([id]) => {
      const job = imports.find((one) => one.id === id);
      return job ? tick(job) : undefined;
    },
  ],
  ["PUT", /^\/imports\/(\w+)\/mapping$/, ([id]) => imports.find((one) => one.id === id)],
  [
    "POST",
    /^\/imports\/(\w+)\/apply$/,
    ([id]) => {
      const job = imports.find((one) => one.id === id);
      if (job)
        Object.assign(job, {
          status: "applying",
          canApply: false,
          progress: { done: 0, total: 1200, phase: "写入" },
        });
      return job;
    },
  ],
  [
    "POST",
    /^\/imports\/(\w+)\/undo$/,
    ([id]) => {
      const job = imports.find((one) => one.id === id);
      if (job) Object.assign(job, { status: "undone", canUndo: false, undoneCommit: 814 });
      return job;
    },
  ],
  ["GET", /^\/imports\/(\w+)\/problems$/, (_, q) => page(problems, q)],
  [
    "GET",
    /^\/dashboard$/,
    () => ({
      year: 2025,
      knownTime: 812,
      parks: {
        total: 24,
        byOutcome: counts(),
        byDistrict: DISTRICTS.map((district) => {
          const rows = parks.filter((park) => park.district?.id === district.id);
          return { district, total: rows.length, ...counts(rows) };
        }),
      },
      completeness: {
        form: "enterprise-annual",
        formName: "企业年报",
        period: "2025",
        reported: 1187,
        expected: 1240,
        byDistrict: DISTRICTS.map((district, i) => ({ district, reported: 140 + i, expected: 148 + i })),
      },
      industries: ["集成电路", "生物医药", "高端装备", "新材料"].map((name, i) => ({
        code: `C${i}`,
        name,
        parks: 6 - i,
        enterprises: 220 - i * 31,
      })),
      criteria: checkOf("p0", [], 2025).criteria.map((one, i) => ({
        id: one.id,
        name: one.name,
        clause: one.clause,
        met: 14 + i,
        notMet: 6 - i,
        undecided: 4,
      })),
      targets: [],
      changes: [
        {
          at: "2026-11-23T06:00:00Z",
          by: "企业统计员",
          what: "补报企业年报 2025",
          subject: enterprises[1]?.name,
        },
      ],
    }),
  ],
  [
    "GET",
    /^\/audit$/,
    (_, q) =>
      page(
        [
          {
            id: "a1",
            at: "2026-11-23T06:00:00Z",
            actor: "王示例",
            action: "session.create",
            actionName: "登录",
            subject: "session",
            result: "done",
            address: "10.0.0.8",
            hash: "ab12cd34ef56ab78",
            sequence: 1,
          },
        ],
        q,
      ),
  ],
  ["GET", /^\/audit\/verification$/, () => ({ entries: 1204, isIntact: true, firstBroken: null })],
];

export function answer(
  method: string,
  path: string,
  query: URLSearchParams,
  body: Record<string, never>,
): Reply {
  if (path === "/session" && method === "POST") {
    const { password } = body as unknown as { password: string };
    if (password === "locked") return problem(423, "locked", "连续输错五次，账号已锁定，请 15 分钟后再试。");
    if (password !== "demo-2025")
      return problem(401, "wrong-credentials", "账号或密码不对，还可以再试 4 次。");
    isIn = true;
    return { status: 200, body: me };
  }
  if (path === "/session" && method === "GET")
    return isIn ? { status: 200, body: me } : problem(401, "no-session", "请先登录。");
  for (const [verb, pattern, handler] of routes) {
    const match = pattern.exec(path);
    if (verb !== method || !match) continue;
    const reply = handler(match.slice(1), query, body);
    return { status: reply === undefined ? 204 : 200, body: reply };
  }
  return problem(404, "not-found", "没有找到。");
}
