import { onScopeDispose, ref, shallowRef, watch, type Ref } from "vue";
import { drafts } from "@/api/drafts";
import { isAbort } from "@/api/http";
import { current, type StepId } from "./steps";
import type { DraftWork } from "./use-draft";

/** Runs examples and preview when their step is opened and what is known belongs to an older draft. */
export function useTrials(work: DraftWork, step: Ref<StepId>, year: Ref<number>) {
  const error = shallowRef<unknown>(null);
  const isBusy = ref(false);
  let running: AbortController | null = null;

  async function run(
    what: (id: string, revision: number, signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    await work.save.flush();
    const draft = work.draft.value;
    if (!draft) return;
    running?.abort();
    const mine = new AbortController();
    running = mine;
    isBusy.value = true;
    error.value = null;
    try {
      await what(draft.id, draft.revision, mine.signal);
    } catch (cause) {
      if (running === mine && !isAbort(cause)) error.value = cause;
    } finally {
      if (running === mine) isBusy.value = false;
    }
  }
  const runTest = (): Promise<void> =>
    run(async (id, revision, signal) => {
      work.test.value = { revision, result: await drafts.test(id, signal) };
    });
  const runPreview = (): Promise<void> =>
    run(async (id, revision, signal) => {
      work.preview.value = { revision, result: await drafts.preview(id, { year: year.value }, signal) };
    });

  watch(
    [step, year, () => work.draft.value?.revision],
    ([now, wanted, revision]) => {
      error.value = null;
      if (revision === undefined) return;
      const isTested = current(work.test.value, revision) !== null;
      if ((now === "examples" || now === "publish") && !isTested) void runTest();
      if (now === "preview" && current(work.preview.value, revision)?.year !== wanted) void runPreview();
    },
    { immediate: true },
  );
  onScopeDispose(() => running?.abort());
  return { error, isBusy, runTest, runPreview };
}
