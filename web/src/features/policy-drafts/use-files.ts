import { ElMessage, ElMessageBox, ElNotification } from "element-plus";
import { h } from "vue";
import { drafts } from "@/api/drafts";
import type { PolicyDraft } from "@/api/types";
import type { DraftWork } from "./use-draft";
import { pathProblem, starterOf } from "./files";

type Change = (what: () => Promise<PolicyDraft>) => Promise<boolean>;

/** Adding, renaming and taking out files of a draft; each can be undone at once. */
export function useFiles(
  id: string,
  work: DraftWork,
  change: Change,
  open: (path: string) => Promise<boolean>,
) {
  const revision = (): number => work.draft.value?.revision ?? 0;
  const taken = (): string[] =>
    work.draft.value?.files.filter((file) => !file.isRemoved).map((file) => file.path) ?? [];

  async function ask(title: string, value: string, own?: string): Promise<string | null> {
    try {
      const answer = await ElMessageBox.prompt("文件名，如 criteria/extra.toml", title, {
        inputValue: value,
        confirmButtonText: "确定",
        cancelButtonText: "取消",
        inputValidator: (text) => pathProblem(text, taken(), own) ?? true,
      });
      return answer.value.trim();
    } catch {
      return null;
    }
  }

  /** Says what was done, with a button that undoes it. */
  function told(message: string, undo: () => Promise<unknown>): void {
    const shown = ElNotification({
      message: h("span", { class: "undo" }, [
        `${message}。`,
        h(
          "button",
          {
            type: "button",
            class: "link-button",
            onClick: () => {
              shown.close();
              void undo();
            },
          },
          "撤销",
        ),
      ]),
      duration: 12_000,
      position: "bottom-left",
    });
  }

  const put = (path: string, text: string): Promise<boolean> =>
    change(async () => {
      await drafts.putFile(id, path, text, revision());
      return drafts.get(id);
    });
  const take = (path: string): Promise<boolean> =>
    change(async () => {
      await drafts.deleteFile(id, path, revision());
      return drafts.get(id);
    });
  const move = (from: string, to: string): Promise<boolean> =>
    change(async () => {
      await drafts.renameFile(id, from, to, revision());
      return drafts.get(id);
    });
  const revert = (path: string): Promise<boolean> =>
    change(async () => {
      await drafts.revertFile(id, path, revision());
      return drafts.get(id);
    });

  /** What was typed is stored first, under the name it was typed under. */
  async function settled(): Promise<boolean> {
    await work.save.flush();
    return work.save.isClean;
  }

  /** Another file takes the place of the open one when that is gone. */
  async function leave(path: string): Promise<void> {
    if (work.save.path !== path) return;
    const next = taken()[0];
    if (next) await open(next);
  }

  async function add(): Promise<void> {
    const path = await ask("新增文件", "");
    if (!path || !(await put(path, starterOf(path)))) return;
    await open(path);
    told(`已新增 ${path}`, async () => {
      if (await take(path)) await leave(path);
    });
  }

  async function rename(from: string): Promise<void> {
    const to = await ask("改文件名", from, from);
    if (!to || to === from || !(await settled()) || !(await move(from, to))) return;
    await open(to);
    told(`${from} 已改名为 ${to}`, async () => {
      if (await move(to, from)) await open(from);
    });
  }

  async function remove(path: string): Promise<void> {
    const file = work.draft.value?.files.find((one) => one.path === path);
    if (!file || !(await settled())) return;
    // The text of a new file is nowhere else.
    let text: string;
    try {
      text = (await drafts.getFile(id, path)).text;
    } catch {
      ElMessage.error("读不到这个文件，没有删去。");
      return;
    }
    if (!(await take(path))) return;
    await leave(path);
    told(`已删去 ${path}`, async () => {
      const isBack = file.isNew || file.isChanged ? await put(path, text) : await revert(path);
      if (isBack) await open(path);
    });
  }

  return { add, rename, remove, revert };
}
