import { describe, expect, it } from "vitest";
import type { Benchmark, BenchmarkVersion } from "@/api/types";
import { benchmarkKey, standing, versionWords } from "@/features/benchmarks/model";

const version = (change: Partial<BenchmarkVersion> = {}): BenchmarkVersion => ({
  revision: 1,
  value: "23.05",
  unit: "%",
  source: "演示统计公报",
  coverage: "全市规上工业",
  frozenOn: null,
  computed: null,
  knownTime: 7,
  at: "2026-11-24T01:00:00Z",
  by: "演示人员",
  ...change,
});
const benchmark = (versions: BenchmarkVersion[], published: Benchmark["published"] = null): Benchmark => ({
  id: "city.rate",
  name: "全市增加值率",
  unit: "%",
  decimals: 2,
  definition: "演示",
  owedBy: "市统计局",
  period: "2025",
  value: null,
  published,
  versions,
});

describe("where a benchmark's value comes from", () => {
  it("is the newest version", () => {
    const found = standing(benchmark([version({ revision: 2, source: "平台计算" }), version()]));
    expect(found).toMatchObject({ source: "平台计算", scope: "全市规上工业" });
  });
  it("is what the policy brought when the newest version was taken back or is of another unit", () => {
    const published = { value: "21.1", source: "公开数" };
    for (const newest of [version({ value: null }), version({ unit: "万元" })])
      expect(standing(benchmark([newest], published))).toMatchObject({ source: "公开数", version: null });
  });
  it("is nothing where there is no value", () => {
    expect(standing(benchmark([]))).toBeNull();
    expect(standing(benchmark([version({ value: null })]))).toBeNull();
  });
});

it("tells a version with its freeze date", () => {
  expect(versionWords(version({ frozenOn: "2026-11-24" }))).toBe("第 1 版，23.05 %，2026-11-24 冻结");
  expect(versionWords(version({ value: null }))).toBe("第 1 版，已撤回");
});

it("offers the form for benchmarks of a year alone", () => {
  const item = { kind: "benchmark", field: "city.rate", fieldName: "全市增加值率", period: "2025" };
  expect(benchmarkKey(item)).toEqual({ id: "city.rate", name: "全市增加值率", year: 2025 });
  expect(benchmarkKey({ ...item, period: "2025-03" })).toBeNull();
  expect(benchmarkKey({ ...item, kind: "figure" })).toBeNull();
});
