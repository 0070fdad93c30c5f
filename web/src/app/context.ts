import { computed, type ComputedRef } from "vue";
import { useRoute, useRouter, type LocationQueryValue } from "vue-router";
import { useSession } from "./session";

/** Query keys that belong to the whole visit and travel with every link. */
export const VISIT_KEYS = ["year", "asOf"] as const;

type QueryLike = LocationQueryValue | LocationQueryValue[] | undefined;

export function firstOf(value: QueryLike): string {
  const one = Array.isArray(value) ? value[0] : value;
  return one ?? "";
}

export interface Context {
  year: ComputedRef<number>;
  /** Known time to read at: an instant or a commit number; undefined means now. */
  asOf: ComputedRef<string | undefined>;
  query: ComputedRef<{ year: number; asOf?: string }>;
  set(change: { year?: number; asOf?: string | null }): void;
}

/** The year and the known time of the page, both kept in the address. */
export function useContext(): Context {
  const route = useRoute();
  const router = useRouter();
  const session = useSession();
  const latest = computed(() => session.me?.latestYear ?? new Date().getFullYear() - 1);
  const year = computed(() => {
    const asked = firstOf(route.query.year);
    return /^\d{4}$/.test(asked) ? Number.parseInt(asked, 10) : latest.value;
  });
  const asOf = computed(() => firstOf(route.query.asOf) || undefined);
  const query = computed(() => ({ year: year.value, ...(asOf.value ? { asOf: asOf.value } : {}) }));
  function set(change: { year?: number; asOf?: string | null }): void {
    const next = { ...route.query };
    if (change.year !== undefined) next.year = String(change.year);
    if (change.asOf === null) delete next.asOf;
    else if (change.asOf !== undefined) next.asOf = change.asOf;
    void router.push({ query: next });
  }
  return { year, asOf, query, set };
}
