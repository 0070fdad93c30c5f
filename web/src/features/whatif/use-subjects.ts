import { reactive } from "vue";
import { api } from "@/api";
import type { SubjectKind } from "@/api/types";

const CHOICES = 20;

export interface SubjectChoice {
  id: string;
  name: string;
}

/** Names of parks and enterprises by id, read once each; searched by part of the name. */
export function useSubjects(): {
  nameOf: (kind: SubjectKind, id: string) => string;
  search: (kind: SubjectKind, text: string) => Promise<SubjectChoice[]>;
} {
  const names = reactive(new Map<string, string>());

  async function load(kind: SubjectKind, id: string): Promise<void> {
    names.set(id, "");
    try {
      names.set(id, (await (kind === "park" ? api.getPark(id) : api.getEnterprise(id))).name);
    } catch {
      names.set(id, "（看不到的对象）");
    }
  }

  return {
    nameOf(kind, id) {
      if (kind === "city") return "全市";
      if (!names.has(id)) void load(kind, id);
      return names.get(id) || "…";
    },
    async search(kind, text) {
      const query = { search: text || undefined, limit: CHOICES };
      const page = await (kind === "park" ? api.listParks(query) : api.listEnterprises(query));
      const found = page.items.map(({ id, name }) => ({ id, name }));
      for (const one of found) names.set(one.id, one.name);
      return found;
    },
  };
}
