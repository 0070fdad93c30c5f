import { defineStore } from "pinia";
import { ref, watchEffect } from "vue";
import type { MoneyUnit } from "@/lib/decimal";

export function remembered(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage may be switched off; the choice then lasts as long as the page.
  }
}

export function forget(key: string): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing was kept, so nothing has to go.
  }
}

/** What a reader chooses for the own screen: large type, unit of money, narrow menu. */
export const usePreferences = defineStore("preferences", () => {
  const isLarge = ref(remembered("xiyuan.large") === "1");
  const moneyUnit = ref<MoneyUnit>(remembered("xiyuan.money") === "亿元" ? "亿元" : "万元");

  watchEffect(() => {
    document.documentElement.classList.toggle("is-large", isLarge.value);
    remember("xiyuan.large", isLarge.value ? "1" : "0");
    remember("xiyuan.money", moneyUnit.value);
  });

  return { isLarge, moneyUnit };
});
