/**
 * Saves the text of one file of a draft while it is written. Nothing typed is lost: what is not stored yet is kept
 * on this computer, a lost connection is tried again, and a lost race asks instead of overwriting.
 */
import { ApiError, messageOf } from "@/api/http";
import type { DraftFileSaved, DraftFileText } from "@/api/types";

export type SaveState = "clean" | "dirty" | "saving" | "offline" | "conflict" | "refused";

/** Text that is not stored yet, and the stored text it was typed on. */
export interface Kept {
  text: string;
  base: string;
}

export interface AutosavePorts {
  save(path: string, text: string, revision: number): Promise<DraftFileSaved>;
  read(path: string): Promise<DraftFileText>;
  keep(path: string, kept: Kept): void;
  find(path: string): Kept | null;
  forget(path: string): void;
  saved(path: string, answer: DraftFileSaved): void;
}

export const SAVE_AFTER_MS = 1200;
export const RETRY_AFTER_MS = 4000;

export class Autosave {
  state: SaveState = "clean";
  path = "";
  /** As it is stored. */
  base = "";
  /** As it stands in the editor. */
  text = "";
  revision = 0;
  /** What another person stored meanwhile. */
  other: string | null = null;
  message = "";
  private timer: ReturnType<typeof setTimeout> | undefined;
  private running: Promise<void> | null = null;

  constructor(private readonly ports: AutosavePorts) {}

  /** Opens a file. Answers true when text that was never stored was brought back. */
  open(file: DraftFileText): boolean {
    clearTimeout(this.timer);
    this.path = file.path;
    this.base = file.text;
    this.text = file.text;
    this.revision = file.revision;
    this.other = null;
    this.message = "";
    this.state = "clean";
    const kept = this.ports.find(file.path);
    if (!kept || kept.text === file.text) {
      this.ports.forget(file.path);
      return false;
    }
    this.text = kept.text;
    if (kept.base === file.text) {
      this.state = "dirty";
      this.schedule(SAVE_AFTER_MS);
    } else {
      this.other = file.text;
      this.state = "conflict";
    }
    return true;
  }

  type(text: string): void {
    if (text === this.text) return;
    this.text = text;
    if (text === this.base) this.ports.forget(this.path);
    else this.ports.keep(this.path, { text, base: this.base });
    if (this.state === "conflict") return;
    if (text === this.base && this.state !== "saving") {
      clearTimeout(this.timer);
      this.state = "clean";
      return;
    }
    if (this.state !== "saving" && this.state !== "offline") this.state = "dirty";
    if (this.state !== "offline") this.schedule(SAVE_AFTER_MS);
  }

  /** Stores now; answers once everything is stored or it is clear that it cannot be. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    if (this.state === "conflict") return Promise.resolve();
    this.running ??= this.run().finally(() => (this.running = null));
    return this.running;
  }

  get isClean(): boolean {
    return this.state === "clean";
  }

  /** After a conflict: the own text replaces the other's. */
  keepMine(): Promise<void> {
    if (this.other === null) return Promise.resolve();
    this.base = this.other;
    this.other = null;
    this.state = "dirty";
    return this.flush();
  }

  /** After a conflict: the other's text replaces the own one in the editor, where it can be undone. */
  takeTheirs(): string {
    const theirs = this.other ?? this.base;
    this.base = theirs;
    this.text = theirs;
    this.other = null;
    this.state = "clean";
    this.ports.forget(this.path);
    return theirs;
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private schedule(after: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), after);
  }

  private async run(): Promise<void> {
    while (this.text !== this.base) {
      this.state = "saving";
      const { path, text: sent } = this;
      try {
        const answer = await this.ports.save(path, sent, this.revision);
        this.base = sent;
        this.revision = answer.revision;
        this.ports.saved(path, answer);
        if (this.text !== sent) this.ports.keep(path, { text: this.text, base: sent });
      } catch (error) {
        if (!(await this.goOn(error, sent))) return;
      }
    }
    this.ports.forget(this.path);
    this.message = "";
    this.state = "clean";
  }

  /** Can the save be tried again at once? */
  private async goOn(error: unknown, sent: string): Promise<boolean> {
    if (
      !(error instanceof ApiError) ||
      (error.status !== 0 && error.status < 500 && error.code !== "conflict")
    ) {
      this.state = "refused";
      this.message = messageOf(error);
      return false;
    }
    if (error.code === "conflict") {
      try {
        const now = await this.ports.read(this.path);
        this.revision = now.revision;
        if (now.text === this.base || now.text === sent) {
          // Another file was changed, or our own save arrived although its answer was lost.
          this.base = now.text;
          return true;
        }
        this.other = now.text;
        this.state = "conflict";
        return false;
      } catch (cause) {
        return this.wait(cause);
      }
    }
    return this.wait(error);
  }

  private wait(error: unknown): false {
    this.state = "offline";
    this.message = messageOf(error);
    this.schedule(RETRY_AFTER_MS);
    return false;
  }
}

/** Unsaved text in the browser's own storage; a full or forbidden storage only costs the spare copy. */
export function localKeep(draft: string): Pick<AutosavePorts, "keep" | "find" | "forget"> {
  const key = (path: string): string => `xiyuan-draft:${draft}:${path}`;
  return {
    keep(path, kept) {
      try {
        localStorage.setItem(key(path), JSON.stringify(kept));
      } catch {
        // The text is still in the editor, and leaving the page asks first.
      }
    },
    find(path) {
      try {
        const kept = JSON.parse(localStorage.getItem(key(path)) ?? "null") as Kept | null;
        return kept && typeof kept.text === "string" && typeof kept.base === "string" ? kept : null;
      } catch {
        return null;
      }
    },
    forget(path) {
      try {
        localStorage.removeItem(key(path));
      } catch {
        // Nothing was kept either.
      }
    },
  };
}
