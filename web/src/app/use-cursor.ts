import { computed, ref, watch, type Ref, type WatchSource } from "vue";
import type { Page } from "@/api/types";
import { useLoad, type Load } from "./use-load";

export interface CursorList<T> extends Load<Page<T>> {
  rows: Readonly<Ref<T[]>>;
  total: Readonly<Ref<number>>;
  from: Readonly<Ref<number>>;
  hasNext: Readonly<Ref<boolean>>;
  hasPrevious: Readonly<Ref<boolean>>;
  next(): void;
  previous(): void;
}

/** A list read page by page; any change of the filters starts again at the first page. */
export function useCursor<T>(
  load: (query: { limit: number; after?: string }, signal: AbortSignal) => Promise<Page<T>>,
  filters: WatchSource<unknown>[],
  limit = 50,
): CursorList<T> {
  const cursors = ref<string[]>([]);
  watch(filters, () => (cursors.value = []), { flush: "sync" });
  const after = computed(() => cursors.value.at(-1));
  const list = useLoad((signal) => load({ limit, after: after.value }, signal), [after, ...filters]);
  return {
    ...list,
    rows: computed(() => list.data.value?.items ?? []),
    total: computed(() => list.data.value?.total ?? 0),
    from: computed(() => cursors.value.length * limit),
    hasNext: computed(() => !!list.data.value?.next),
    hasPrevious: computed(() => cursors.value.length > 0),
    next: () => {
      const cursor = list.data.value?.next;
      if (cursor) cursors.value = [...cursors.value, cursor];
    },
    previous: () => (cursors.value = cursors.value.slice(0, -1)),
  };
}
