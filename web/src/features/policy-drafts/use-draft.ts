import { computed, onScopeDispose, reactive, ref, shallowRef } from "vue";
import { drafts } from "@/api/drafts";
import { isAbort } from "@/api/http";
import type { DraftNames, DraftPreview, PolicyTest, Findings, PolicyDraft } from "@/api/types";
import { Autosave, localKeep } from "./autosave";
import { blockers, stepsOf, type Of, type Progress } from "./steps";

const CHECK_AFTER_MS = 300;

/** A draft as a person works on it: the open file, what the compiler says, what was tried. */
export function useDraft(id: string) {
  const draft = shallowRef<PolicyDraft | null>(null);
  const error = shallowRef<unknown>(null);
  const findings = shallowRef<Findings | null>(null);
  const names = shallowRef<DraftNames | null>(null);
  const test = shallowRef<Of<PolicyTest> | null>(null);
  const preview = shallowRef<Of<DraftPreview> | null>(null);
  const baseText = ref<string | null>(null);
  const opened = ref(0);
  const isRestored = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  let checking: AbortController | null = null;

  const save: Autosave = reactive(
    new Autosave({
      ...localKeep(id),
      save: (path, text, revision) => drafts.putFile(id, path, text, revision),
      read: (path) => drafts.getFile(id, path),
      saved: (path, answer) => {
        findings.value = answer.check;
        markSaved(path, answer.revision);
        if (answer.check.compiles) void readNames();
      },
    }),
  ) as Autosave;

  /** The list follows without another request; whether the file differs from the base is known here. */
  function markSaved(path: string, revision: number): void {
    if (!draft.value) return;
    const files = draft.value.files.map((file) =>
      file.path === path ? { ...file, isChanged: save.base !== baseText.value } : file,
    );
    draft.value = { ...draft.value, files, revision };
  }

  async function readNames(): Promise<void> {
    try {
      names.value = await drafts.names(id);
    } catch {
      // Without names there is no completion; writing goes on.
    }
  }

  async function load(): Promise<void> {
    error.value = null;
    try {
      draft.value = await drafts.get(id);
      void readNames();
    } catch (cause) {
      error.value = cause;
    }
  }

  /** Opens a file once everything of the one before is stored; false when it is not. */
  async function open(path: string): Promise<boolean> {
    if (save.path && save.path !== path) {
      await save.flush();
      if (!save.isClean) return false;
    }
    const file = await drafts.getFile(id, path);
    baseText.value = file.baseText ?? null;
    isRestored.value = save.open(file);
    opened.value += 1;
    await check();
    return true;
  }

  async function check(): Promise<void> {
    checking?.abort();
    checking = new AbortController();
    const { path, text } = save;
    if (!path) return;
    try {
      const found = await drafts.check(id, path, text, checking.signal);
      if (save.path === path && save.text === text) findings.value = found;
    } catch (cause) {
      if (isAbort(cause)) return;
      // A failed look leaves the last findings; saving tells about the connection.
    }
  }

  function type(text: string): void {
    save.type(text);
    clearTimeout(timer);
    timer = setTimeout(() => void check(), CHECK_AFTER_MS);
  }

  /** After a change by the server itself: the draft, the open file and its findings again. */
  async function adopt(changed: PolicyDraft): Promise<void> {
    draft.value = changed;
    save.revision = changed.revision;
    const isThere = changed.files.some((file) => file.path === save.path && !file.isRemoved);
    if (save.path && isThere) await open(save.path);
    void readNames();
  }

  const progress = computed<Progress | null>(() =>
    draft.value
      ? {
          draft: draft.value,
          isSaved: save.state === "clean",
          findings: findings.value,
          test: test.value,
          preview: preview.value,
        }
      : null,
  );
  const steps = computed(() => (progress.value ? stepsOf(progress.value) : []));
  const reasons = computed(() => (progress.value ? blockers(progress.value) : []));

  onScopeDispose(() => {
    clearTimeout(timer);
    checking?.abort();
    save.close();
  });
  return {
    draft,
    error,
    findings,
    names,
    test,
    preview,
    baseText,
    opened,
    isRestored,
    save,
    steps,
    reasons,
    load,
    open,
    check,
    type,
    adopt,
  };
}

export type DraftWork = ReturnType<typeof useDraft>;
