import { defineStore } from "pinia";
import { shallowReactive, shallowRef } from "vue";
import { api } from "@/api";
import type { Policy, PolicyHead } from "@/api/types";

/** Policy packages change by publishing, so one read per visit is enough; a failed read is tried again. */
export const usePolicies = defineStore("policies", () => {
  const heads = shallowRef<PolicyHead[]>([]);
  const known = shallowReactive(new Map<string, Policy>());

  async function list(): Promise<PolicyHead[]> {
    if (heads.value.length === 0) heads.value = (await api.listPolicies()).items;
    return heads.value;
  }

  /** The package asked for, or the one in force by default. */
  async function open(id?: string): Promise<Policy> {
    const all = await list();
    const wanted = id ?? (all.find((head) => head.isDefault) ?? all[0])?.id ?? "";
    const cached = known.get(wanted);
    if (cached) return cached;
    const policy = await api.getPolicy(wanted);
    known.set(wanted, policy);
    return policy;
  }

  /** After a publication what was read may no longer be in force. */
  function forget(): void {
    heads.value = [];
    known.clear();
  }

  return { heads, known, list, open, forget };
});
