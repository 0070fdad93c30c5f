import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef, type WatchSource } from "vue";
import { isAbort } from "@/api/http";

export interface Load<T> {
  data: ShallowRef<T | null>;
  error: ShallowRef<unknown>;
  isLoading: Ref<boolean>;
  reload(): Promise<void>;
}

/**
 * Loads when the sources change; an answer that is no longer wanted is cancelled and never shown.
 * While something newer loads, the old data stay on screen, so that nothing jumps.
 */
export function useLoad<T>(
  load: (signal: AbortSignal) => Promise<T>,
  sources: WatchSource<unknown>[] = [],
): Load<T> {
  const data = shallowRef<T | null>(null);
  const error = shallowRef<unknown>(null);
  const isLoading = ref(false);
  let current: AbortController | null = null;

  async function reload(): Promise<void> {
    current?.abort();
    const mine = new AbortController();
    current = mine;
    isLoading.value = true;
    try {
      const answer = await load(mine.signal);
      if (current !== mine) return;
      data.value = answer;
      error.value = null;
    } catch (cause) {
      if (current !== mine || isAbort(cause)) return;
      error.value = cause;
      data.value = null;
    } finally {
      if (current === mine) isLoading.value = false;
    }
  }

  watch(sources, () => void reload(), { immediate: true });
  onScopeDispose(() => current?.abort());
  return { data, error, isLoading, reload };
}
