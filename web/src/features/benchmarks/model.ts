import type { Benchmark, BenchmarkVersion } from "@/api/types";

/** What of a benchmark is asked about: opens the form where a value is missing. */
export interface BenchmarkKey {
  id: string;
  name: string;
  year: number;
}

/** A missing benchmark of a yearly period as a key of the form; null for what is no benchmark of a year. */
export function benchmarkKey(item: {
  kind: string;
  field: string;
  fieldName: string;
  period?: string | null;
}): BenchmarkKey | null {
  if (item.kind !== "benchmark" || !/^\d{4}$/.test(item.period ?? "")) return null;
  return { id: item.field, name: item.fieldName, year: Number.parseInt(item.period ?? "", 10) };
}

/** Where the value that counts comes from: the version in force, or what the policy package brought. */
export function standing(benchmark: Benchmark): {
  source: string;
  scope: string | null;
  version: BenchmarkVersion | null;
} | null {
  const newest = benchmark.versions[0];
  if (newest && newest.value !== null && newest.value !== undefined && newest.unit === benchmark.unit)
    return { source: newest.source, scope: newest.coverage ?? null, version: newest };
  if (benchmark.published) return { source: benchmark.published.source, scope: null, version: null };
  return null;
}

/** "第 2 版，23.05 %，2026-11-24 冻结"; a value that was taken back is said to be so. */
export function versionWords(version: BenchmarkVersion): string {
  const value = version.value == null ? "已撤回" : `${version.value} ${version.unit}`;
  const frozen = version.frozenOn ? `，${version.frozenOn} 冻结` : "";
  return `第 ${version.revision} 版，${value}${frozen}`;
}
