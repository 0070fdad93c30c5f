/** The editor of one file: highlighting, the compiler's findings, completion. Loaded only with a draft. */
import { autocompletion, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import { indentUnit, StreamLanguage } from "@codemirror/language";
import { toml } from "@codemirror/legacy-modes/mode/toml";
import { lintGutter, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { Compartment, EditorState, Prec, type Extension } from "@codemirror/state";
import { EditorView, keymap, tooltips } from "@codemirror/view";
import { basicSetup } from "codemirror";
import type { DraftNames, Finding } from "@/api/types";
import { choicesOf, placeOf } from "./completion";
import { findingWords, offsetOf, spanOf } from "./findings";

export interface EditorPorts {
  names(): DraftNames | null;
  changed(text: string): void;
  moved(line: number, column: number): void;
  save(): void;
  next(): void;
}

const PHRASES = {
  "Go to line": "跳到行",
  go: "跳",
  Find: "查找",
  Replace: "替换",
  next: "下一个",
  previous: "上一个",
  all: "全部",
  "match case": "区分大小写",
  "by word": "整词",
  regexp: "正则",
  replace: "替换",
  "replace all": "全部替换",
  close: "关闭",
  "No diagnostics": "没有问题",
  Diagnostics: "问题",
};

const look = EditorView.theme({
  "&": { fontSize: "var(--fs-sm)", height: "100%", backgroundColor: "var(--surface)" },
  "&.cm-focused": { outline: "2px solid var(--accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "1.65", overflow: "auto" },
  ".cm-gutters": { backgroundColor: "var(--surface-2)", color: "var(--ink-3)", borderColor: "var(--line)" },
  ".cm-activeLine": { backgroundColor: "rgba(29, 92, 134, 0.05)" },
  ".cm-activeLineGutter": { backgroundColor: "var(--accent-tint)" },
  ".cm-tooltip": { maxWidth: "min(480px, 90vw)" },
  ".cm-diagnostic": { whiteSpace: "pre-wrap", padding: "6px 10px" },
  ".cm-completionInfo": { whiteSpace: "pre-wrap" },
});

function completions(ports: EditorPorts): (context: CompletionContext) => CompletionResult | null {
  return (context) => {
    const names = ports.names();
    const place = names && placeOf(context.state.doc.toString(), context.pos);
    if (!names || !place) return null;
    if (place.kind === "formula" && place.from === context.pos && !context.explicit) return null;
    const options = choicesOf(names, place.kind).map((one) => ({
      label: one.label,
      detail: one.detail,
      info: one.info,
      type: one.kind,
    }));
    return { from: place.from, options, validFor: place.kind === "formula" ? /^[\w.]*$/ : /^[^"]*$/ };
  };
}

export class FileEditor {
  private readonly view: EditorView;
  private readonly language = new Compartment();
  private readonly access = new Compartment();
  private isFilling = false;

  constructor(
    parent: HTMLElement,
    private readonly ports: EditorPorts,
  ) {
    this.view = new EditorView({ parent, state: this.stateOf("", "", false) });
  }

  /** Another file: its own history. */
  open(path: string, text: string, isReadOnly: boolean): void {
    this.view.setState(this.stateOf(path, text, isReadOnly));
  }

  /** Another text of the same file, as a step that can be undone. */
  replace(text: string): void {
    const { doc } = this.view.state;
    if (doc.toString() === text) return;
    this.isFilling = true;
    this.view.dispatch({ changes: { from: 0, to: doc.length, insert: text } });
    this.isFilling = false;
  }

  show(findings: readonly Finding[]): void {
    const text = this.view.state.doc.toString();
    const diagnostics: Diagnostic[] = findings.map((one) => ({
      ...spanOf(text, one),
      severity: one.severity,
      source: one.code,
      message: findingWords(one),
    }));
    this.view.dispatch(setDiagnostics(this.view.state, diagnostics));
  }

  goTo(line: number, column: number): void {
    const at = offsetOf(this.view.state.doc.toString(), line, column);
    this.view.dispatch({
      selection: { anchor: at },
      effects: EditorView.scrollIntoView(at, { y: "center" }),
    });
    this.view.focus();
  }

  destroy(): void {
    this.view.destroy();
  }

  private stateOf(path: string, text: string, isReadOnly: boolean): EditorState {
    const language: Extension = path.endsWith(".toml") ? StreamLanguage.define(toml) : [];
    const keys = Prec.high(
      keymap.of([
        { key: "Mod-s", preventDefault: true, run: () => (this.ports.save(), true) },
        { key: "F8", preventDefault: true, run: () => (this.ports.next(), true) },
      ]),
    );
    return EditorState.create({
      doc: text,
      extensions: [
        keys,
        basicSetup,
        this.language.of(language),
        this.access.of([EditorState.readOnly.of(isReadOnly), EditorView.editable.of(!isReadOnly)]),
        indentUnit.of("  "),
        EditorView.lineWrapping,
        EditorState.phrases.of(PHRASES),
        EditorView.contentAttributes.of({
          "aria-label": path ? `文件 ${path}` : "文件",
          tabindex: "0",
          spellcheck: "false",
        }),
        autocompletion({ override: [completions(this.ports)] }),
        lintGutter(),
        // Outside the panel, whose edges would cut them off.
        tooltips({ parent: document.body, position: "fixed" }),
        look,
        EditorView.updateListener.of((update) => {
          if (update.docChanged && !this.isFilling) this.ports.changed(update.state.doc.toString());
          if (update.selectionSet || update.docChanged) {
            const head = update.state.selection.main.head;
            const line = update.state.doc.lineAt(head);
            this.ports.moved(line.number, head - line.from + 1);
          }
        }),
      ],
    });
  }
}
