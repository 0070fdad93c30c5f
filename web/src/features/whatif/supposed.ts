import type { Lever, Policy, SubjectKind, SupposedFiling } from "@/api/types";
import { readDecimal } from "@/lib/decimal";

/** One supposed figure as it is typed; an empty value stands for "not filed". */
export interface SupposedLine {
  kind: SubjectKind;
  /** Empty for the city. */
  id: string;
  field: string;
  period: string;
  value: string;
}

/** A field that can be supposed. */
export interface SupposedField {
  key: string;
  name: string;
  unit: string;
  type: string;
  frequency: string;
  options: { code: string; name: string }[];
}

const KINDS: Record<string, string> = { enterprise: "企业", park: "园区", city: "全市" };

export function kindWords(kind: string): string {
  return KINDS[kind] ?? kind;
}

/** Lines travel in the address as `kind:id:field:period:value`. What can't be read is left out. */
export function readLines(texts: readonly string[]): SupposedLine[] {
  return texts.flatMap((text) => {
    const [kind = "", id = "", field = "", period = "", ...value] = text.split(":");
    const isKind = kind === "enterprise" || kind === "park" || kind === "city";
    if (!isKind || !field || !period || (kind !== "city" && !id)) return [];
    return [{ kind, id, field, period, value: value.join(":") }];
  });
}

export function writeLines(lines: readonly SupposedLine[]): string[] {
  return lines.map((one) => [one.kind, one.id, one.field, one.period, one.value].join(":"));
}

export function isSameCell(a: SupposedLine, b: SupposedLine): boolean {
  return a.kind === b.kind && a.id === b.id && a.field === b.field && a.period === b.period;
}

/** With a line added; one about the same figure gives way to it. */
export function withLine(lines: readonly SupposedLine[], line: SupposedLine): SupposedLine[] {
  const at = lines.findIndex((one) => isSameCell(one, line));
  return at < 0 ? [...lines, line] : lines.map((one, index) => (index === at ? line : one));
}

/** Fields of a kind of subject, those of the forms in form order; for the city its benchmarks. */
export function fieldsOf(policy: Policy, kind: SubjectKind): SupposedField[] {
  if (kind === "city") {
    return policy.benchmarks.map((one) => ({
      key: one.id,
      name: one.name,
      unit: one.unit,
      type: "decimal",
      frequency: "year",
      options: [],
    }));
  }
  return policy.forms
    .filter((form) => form.subject === kind)
    .flatMap((form) =>
      form.sections.flatMap((section) =>
        section.fields.map((field) => ({
          key: field.key,
          name: field.name,
          unit: field.unit ?? "",
          type: field.type,
          frequency: form.frequency,
          options: field.options ?? [],
        })),
      ),
    );
}

/** Is what was typed a value of the field? Nothing typed is: it stands for "not filed". */
export function isValue(field: SupposedField | undefined, text: string): boolean {
  if (text.trim() === "" || !field) return true;
  if (field.type === "decimal" || field.type === "integer") return readDecimal(text) !== null;
  return true;
}

/** What is asked of the server: lines whose value can be read. */
export function toFilings(lines: readonly SupposedLine[], policy: Policy): SupposedFiling[] {
  return lines.flatMap((line) => {
    const field = fieldsOf(policy, line.kind).find((one) => one.key === line.field);
    if (!isValue(field, line.value)) return [];
    const isNumber = field?.type === "decimal" || field?.type === "integer";
    const text = isNumber ? (readDecimal(line.value) ?? "") : line.value.trim();
    const subject = { kind: line.kind, id: line.kind === "city" ? null : line.id };
    return [{ subject, field: line.field, period: line.period, value: text === "" ? null : text }];
  });
}

/** The years or months of a field that can be supposed, the latest first. */
export function periodsOf(field: SupposedField, year: number): string[] {
  if (field.frequency !== "month") return [String(year), String(year - 1)];
  return Array.from({ length: 12 }, (_, index) => `${year}-${String(12 - index).padStart(2, "0")}`);
}

/** The line that a lever opens into; none for what is no filing, or when no change of it suffices. */
export function lineOf(lever: Lever): SupposedLine | null {
  const { subject, period, needed } = lever;
  if (!subject || !period || needed == null || subject.kind === "record") return null;
  return { kind: subject.kind, id: subject.id ?? "", field: lever.field, period, value: needed };
}

/** Fields with several sources, each once. */
export function fieldsWithSources(policy: Policy): { id: string; name: string; sources: string[] }[] {
  const all = policy.forms.flatMap((form) => form.sections.flatMap((section) => section.fields));
  return all
    .filter((field, index) => all.findIndex((one) => one.id === field.id) === index)
    .filter((field) => field.sources.length > 1)
    .map(({ id, name, sources }) => ({ id, name, sources }));
}

const ORDER_MARK = ">";

/** Orders travel as `field:first>second`. Only those that differ from the declared order and name each source once. */
export function readOrders(texts: readonly string[], policy: Policy): Record<string, string[]> {
  const known = fieldsWithSources(policy);
  const orders: Record<string, string[]> = {};
  for (const text of texts) {
    const at = text.indexOf(":");
    const field = known.find((one) => one.id === text.slice(0, at));
    const order = text.slice(at + 1).split(ORDER_MARK);
    if (!field || order.join(ORDER_MARK) === field.sources.join(ORDER_MARK)) continue;
    const isWhole = [...order].sort().join(ORDER_MARK) === [...field.sources].sort().join(ORDER_MARK);
    if (isWhole) orders[field.id] = order;
  }
  return orders;
}

export function writeOrders(orders: Record<string, string[]>): string[] {
  return Object.entries(orders).map(([id, order]) => `${id}:${order.join(ORDER_MARK)}`);
}

/** One source moved a place forward. */
export function moveForward(order: readonly string[], at: number): string[] {
  const before = order[at - 1];
  const moved = order[at];
  if (before === undefined || moved === undefined) return [...order];
  return [...order.slice(0, at - 1), moved, before, ...order.slice(at + 1)];
}
