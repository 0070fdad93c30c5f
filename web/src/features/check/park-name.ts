import { computed, inject, provide, type ComputedRef, type InjectionKey } from "vue";

const KEY: InjectionKey<ComputedRef<string>> = Symbol("name of the park that is checked");

/** The check says whose it is; forms deep inside name the park. */
export function provideParkName(name: ComputedRef<string>): void {
  provide(KEY, name);
}

export function useParkName(): ComputedRef<string> {
  return inject(KEY, () => computed(() => ""), true);
}
