import { onScopeDispose, ref, shallowRef, watch, type Ref, type ShallowRef } from "vue";
import { api } from "@/api";
import { isAbort } from "@/api/http";
import type { ImportJob } from "@/api/types";
import { isRunning } from "./model";

const POLL_MS = 800;

export interface ImportFollow {
  job: ShallowRef<ImportJob | null>;
  error: ShallowRef<unknown>;
  isLoading: Ref<boolean>;
  reload(): Promise<void>;
}

/** Follows one import: server-sent events while it works, polling where events don't come through. */
export function useImport(id: Ref<string | undefined>): ImportFollow {
  const job = shallowRef<ImportJob | null>(null);
  const error = shallowRef<unknown>(null);
  const isLoading = ref(false);
  let source: EventSource | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function stop(): void {
    source?.close();
    source = null;
    clearTimeout(timer);
  }
  function poll(): void {
    clearTimeout(timer);
    timer = setTimeout(() => void reload(), POLL_MS);
  }
  function listen(wanted: string): void {
    if (source) return;
    if (typeof EventSource === "undefined") return poll();
    source = new EventSource(api.importEventsUrl(wanted));
    source.addEventListener("progress", (event) => {
      job.value = JSON.parse((event as MessageEvent<string>).data) as ImportJob;
      // The last event tells the end; one more read brings columns and counts in full.
      if (!isRunning(job.value)) void reload();
    });
    source.onerror = () => {
      source?.close();
      source = null;
      poll();
    };
  }
  async function reload(): Promise<void> {
    const wanted = id.value;
    if (!wanted) return;
    isLoading.value = true;
    try {
      const answer = await api.getImport(wanted);
      if (id.value !== wanted) return;
      job.value = answer;
      error.value = null;
      if (!isRunning(answer)) stop();
      else if (source === null) listen(wanted);
    } catch (cause) {
      if (!isAbort(cause)) error.value = cause;
    } finally {
      isLoading.value = false;
    }
  }
  watch(
    id,
    () => {
      stop();
      job.value = null;
      void reload();
    },
    { immediate: true },
  );
  onScopeDispose(stop);
  return { job, error, isLoading, reload };
}
