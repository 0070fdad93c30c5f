import type { CriterionResult, CheckResult, Figure, TestResult } from "../../src/api/types";
import { enterprises, parks } from "./city";

const test: TestResult = {
  kind: "indicator",
  outcome: "met",
  indicator: null,
  value: null,
  bounds: null,
  unit: null,
  threshold: null,
  op: null,
  distance: null,
  coverage: null,
  couldChange: false,
  reason: null,
  missing: [],
  missingHidden: 0,
  parts: [],
};
const base: CriterionResult = {
  ...test,
  id: "",
  name: "",
  clause: "2.2.1",
  quote: "",
  reading: "按原文",
  readingId: "default",
  alternatives: [],
  words: "",
  isSoft: false,
  basis: null,
  judgedBy: null,
};
const member = (i: number) => ({ id: `e${i}`, name: enterprises[i]?.name ?? "" });
const owed = (i: number) => ({
  kind: "figure" as const,
  subject: member(i),
  field: "revenue",
  fieldName: "营业收入",
  form: "enterprise-annual",
  period: "2025",
  owedBy: enterprises[i]?.name ?? "",
  since: "2026-03-31",
});

export function checkOf(parkId: string, readings: string[], year: number): CheckResult {
  const park = parks.find((one) => one.id === parkId) ?? parks[0];
  const strict = readings.includes("leading-revenue-share:above");
  const criteria: CriterionResult[] = [
    {
      ...base,
      id: "plan",
      name: "规划科学",
      clause: "1.3.1",
      quote: "园区发展规划符合国土空间规划、产业发展规划和环境保护规划，规划边界清晰，具有明确的四至范围。",
      outcome: "undecided",
      couldChange: true,
      words: "规划经判定符合，并附规划批复与四至图",
      parts: [
        {
          ...test,
          kind: "fact",
          outcome: "met",
          fact: {
            id: "plan-conforms",
            name: "园区发展规划符合三类规划",
            value: true,
            reason: "已与自然资源规划局会签核对。",
            by: "陈示例",
            at: "2026-04-02T02:11:00Z",
          },
        },
        {
          ...test,
          kind: "evidence",
          outcome: "undecided",
          evidence: { kind: "plan-approval", name: "规划批复文件", files: [] },
          missing: [
            {
              kind: "evidence",
              subject: null,
              field: "plan-approval",
              fieldName: "规划批复文件",
              form: null,
              period: null,
              owedBy: "无锡云锦园区运营有限公司",
              since: null,
            },
          ],
        },
      ],
    },
    {
      ...base,
      id: "leading-revenue-share",
      name: "主导产业营收占比",
      quote: "主导产业占园区营收的比重不低于50%",
      indicator: "leading_revenue_share",
      reading: strict ? "按“超过50%”理解" : "按“不低于50%”理解，正好 50% 算满足",
      readingId: strict ? "above" : "not-below",
      alternatives: [
        { id: "not-below", text: "不低于 50%（2.2.1）" },
        { id: "above", text: "超过 50%（1.4.2）" },
      ],
      words: "主导产业企业营业收入合计 ÷ 全部入驻企业营业收入合计 ≥ 50%",
      outcome: strict ? "not_met" : "met",
      value: "50",
      unit: "%",
      threshold: "50",
      op: strict ? ">" : ">=",
      distance: "0",
      coverage: { reported: 43, expected: 43 },
    },
    {
      ...base,
      id: "leading-count-share",
      name: "主导产业企业数占比",
      quote: "主导产业入驻企业数占园区全部入驻企业总数的50%以上",
      indicator: "leading_count_share",
      words: "主导产业入驻企业数 ÷ 全部入驻企业数 ≥ 50%",
      outcome: "not_met",
      value: "46.51",
      unit: "%",
      threshold: "50",
      op: ">=",
      distance: "-3.49",
      coverage: { reported: 43, expected: 43 },
    },
    {
      ...base,
      id: "value-added-rate",
      name: "规上工业增加值率",
      clause: "1.4.2",
      quote: "规模以上工业增加值率高于全市平均1个百分点以上",
      indicator: "value_added_rate",
      words: "规上工业增加值 ÷ 规上工业总产值 ≥ 全市平均 + 1 个百分点",
      outcome: "undecided",
      bounds: { low: "22.80", high: "25.10", isWide: false },
      unit: "%",
      threshold: "24",
      op: ">=",
      coverage: { reported: 41, expected: 43 },
      couldChange: true,
      missing: [owed(1), owed(25)],
      missingHidden: 0,
      basis: "待核",
    },
    {
      ...base,
      id: "output-per-mu",
      name: "亩均产出",
      clause: "1.4.2",
      quote: "亩均产出、亩均税收高于全市规模以上工业企业平均水平10%以上",
      indicator: "output_per_mu",
      words: "规上工业企业总产值 ÷ 用地 ≥ 全市平均 × 1.1",
      outcome: "met",
      value: "612.4837",
      unit: "万元/亩",
      threshold: "520.3",
      op: ">=",
      distance: "92.1837",
      coverage: { reported: 41, expected: 43 },
      missing: [owed(49)],
    },
    {
      ...base,
      id: "far-new",
      name: "新上工业项目容积率",
      clause: "2.1.4",
      quote: "新上工业项目用地项目容积率一般不低于1.5",
      isSoft: true,
      indicator: "far",
      words: "“一般”为软性要求，可经批准例外",
      outcome: "met",
      value: "1.62",
      unit: "",
      threshold: "1.5",
      op: ">=",
      distance: "0.12",
    },
  ];
  return {
    park: { id: park?.id ?? "", name: park?.name ?? "" },
    year,
    policy: "wuxi-2023",
    assessment: "recognition",
    packageDigest: "9f1c4d0be2a77d03",
    knownTime: 812,
    knownInstant: "2026-11-23T08:00:00Z",
    outcome: "undecided",
    criteria,
    receipt: {
      packageDigest: "9f1c4d0be2a77d03",
      knownTime: 812,
      period: String(year),
      semantics: 1,
      overrides: {},
      resultDigest: "51be8831ac9d",
    },
  };
}

export function figureOf(id: string, parkId: string): Figure {
  const park = parks.find((one) => one.id === parkId) ?? parks[0];
  const members = Array.from({ length: 41 }, (_, k) => {
    const i = k * 24;
    const filing = {
      id: `f${i}`,
      revision: 1 + (k % 2),
      filedAt: "2026-03-12T06:30:00Z",
      filedBy: "企业统计员",
    };
    const isMissing = k === 3 || k === 9;
    return {
      enterprise: { id: `e${i}`, name: enterprises[i]?.name ?? "" },
      cells: [
        {
          value: isMissing ? null : `${1000 + k * 311}.${String(10 + k)}`,
          filing: isMissing ? null : filing,
        },
      ],
      counted: (isMissing ? ["unknown", "unknown"] : [k % 2 === 0 ? "in" : "out", "in"]) as (
        "in" | "out" | "unknown"
      )[],
    };
  });
  const cents = (wanted: (k: number) => boolean) =>
    members.reduce(
      (sum, one, k) =>
        sum + (one.cells[0]?.value && wanted(k) ? BigInt(one.cells[0].value.replace(".", "")) : 0n),
      0n,
    );
  const text = (n: bigint) => `${n / 100n}.${String(n % 100n).padStart(2, "0")}`;
  const hidden = 182345n * 100n;
  return {
    indicator: {
      id,
      name: "主导产业营收占比",
      unit: "%",
      decimals: 2,
      formula: "sum(enterprise.revenue) FILTER (WHERE enterprise.is_leading) / sum(enterprise.revenue)",
      words: "主导产业企业的营业收入合计，除以全部入驻企业的营业收入合计。",
      clauses: ["2.2.1", "1.4.2"],
      note: "分子、分母取自同一期间的年报。",
    },
    subject: { id: park?.id ?? "", name: park?.name ?? "" },
    period: "2025",
    knownTime: 812,
    value: "50",
    bounds: null,
    reason: null,
    coverage: { reported: 41, expected: 43 },
    parts: [
      {
        label: "主导产业企业营业收入合计",
        words: "按主导产业归属日期筛选",
        column: 0,
        value: text(cents((k) => k % 2 === 0)),
        unit: "万元",
        counted: 20,
        missing: 2,
      },
      {
        label: "全部入驻企业营业收入合计",
        words: "",
        column: 0,
        value: text(cents(() => true) + hidden),
        unit: "万元",
        counted: 42,
        missing: 2,
      },
    ],
    columns: [{ field: "revenue", name: "营业收入", unit: "万元" }],
    members,
    membersTotal: 41,
    hidden: { count: 3, sums: ["0.00", "182345.00"], note: "3 家不在您的查看范围内，只列合计。" },
    readds: true,
    benchmarks: [],
  };
}
