import { computed, type WritableComputedRef } from "vue";
import { useRoute, useRouter } from "vue-router";
import { firstOf } from "./context";

let pending: Record<string, string | undefined> | null = null;

/** A filter that lives in the address, so that each view has a link. Changes of one tick are one step. */
export function useQueryValue(key: string, fallback = ""): WritableComputedRef<string> {
  const route = useRoute();
  const router = useRouter();
  return computed({
    get: () => firstOf(route.query[key]) || fallback,
    set: (value: string) => {
      const isFirst = pending === null;
      pending = { ...(pending ?? {}), [key]: value && value !== fallback ? value : undefined };
      if (!isFirst) return;
      queueMicrotask(() => {
        const query = { ...route.query, ...pending };
        pending = null;
        void router.replace({ query });
      });
    },
  });
}
