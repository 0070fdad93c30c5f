import type { FormField, PolicyForm } from "@/api/types";
import { decimalsOf, readDecimal } from "@/lib/decimal";

export type Values = Record<string, string>;

export interface ReadForm {
  /** By field key; an empty cell is null: not known, never zero. */
  values: Record<string, string | null>;
  /** Message for each field that can't be sent as typed. */
  problems: Record<string, string>;
}

export function fieldsOf(form: PolicyForm): FormField[] {
  return form.sections.flatMap((section) => section.fields);
}

function readNumber(field: FormField, typed: string): { value: string } | { problem: string } {
  const value = readDecimal(typed);
  if (value === null) return { problem: "请填数字" };
  const decimals = field.type === "integer" ? 0 : field.decimals;
  if (decimalsOf(value) > decimals)
    return { problem: decimals === 0 ? "请填整数" : `最多 ${decimals} 位小数，不会替您四舍五入` };
  return { value };
}

/** Reads a filled form: the checks that need no server. The server checks everything again. */
export function readForm(form: PolicyForm, typed: Values): ReadForm {
  const values: Record<string, string | null> = {};
  const problems: Record<string, string> = {};
  for (const field of fieldsOf(form)) {
    const text = (typed[field.key] ?? "").trim();
    if (text === "") {
      values[field.key] = null;
      continue;
    }
    if (field.type !== "decimal" && field.type !== "integer") {
      values[field.key] = text;
      continue;
    }
    const number = readNumber(field, text);
    if ("problem" in number) problems[field.key] = number.problem;
    else values[field.key] = number.value;
  }
  return { values, problems };
}

/** Required fields that are still empty: they may be sent so, but a person should know. */
export function emptyRequired(form: PolicyForm, values: Record<string, string | null>): string[] {
  return fieldsOf(form)
    .filter((field) => field.required && (values[field.key] ?? null) === null)
    .map((field) => field.name);
}
