import { defineStore } from "pinia";
import { computed, ref } from "vue";
import { api } from "@/api";
import { ApiError } from "@/api/http";
import type { Me } from "@/api/types";

/** Who is logged in, what the server lets that person open, and whether the session has to be renewed. */
export const useSession = defineStore("session", () => {
  const me = ref<Me | null>(null);
  const isExpired = ref(false);
  let waiting: ((renewed: boolean) => void)[] = [];

  const roleNames = computed(() => [...new Set(me.value?.grants.map((grant) => grant.roleName) ?? [])]);

  /** The session of an earlier visit, if the cookie still holds. */
  async function restore(): Promise<boolean> {
    try {
      me.value = await api.getSession();
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) return false;
      throw error;
    }
  }

  async function logIn(username: string, password: string): Promise<Me> {
    const answer = await api.createSession(username, password);
    me.value = answer;
    settle(true);
    return answer;
  }

  async function logOut(): Promise<void> {
    try {
      await api.deleteSession();
    } finally {
      me.value = null;
      settle(false);
    }
  }

  /** Called for each request that met an ended session; all of them wait for one dialog. */
  function askToRenew(): Promise<boolean> {
    if (!me.value) return Promise.resolve(false);
    isExpired.value = true;
    return new Promise((resolve) => waiting.push(resolve));
  }

  function settle(renewed: boolean): void {
    isExpired.value = false;
    const all = waiting;
    waiting = [];
    for (const resolve of all) resolve(renewed);
  }

  function hasRole(...roles: string[]): boolean {
    return me.value?.grants.some((grant) => roles.includes(grant.role)) ?? false;
  }

  /** Is the room in this person's menu? */
  function mayOpen(room: Me["menu"][number]): boolean {
    return me.value?.menu.includes(room) ?? false;
  }

  return { me, isExpired, roleNames, restore, logIn, logOut, askToRenew, hasRole, mayOpen };
});
