import { computed, ref, type ComputedRef } from "vue";
import type { TableColumn } from "@/components/table";
import { remember, remembered } from "./preferences";

export interface Columns {
  shown: ComputedRef<TableColumn[]>;
  choosable: TableColumn[];
  isShown(key: string): boolean;
  choose(key: string, isShown: boolean): void;
}

/** Which columns of a table the reader wants to see, remembered on this computer. */
export function useColumns(columns: TableColumn[], memory: string): Columns {
  const key = `xiyuan.columns.${memory}`;
  const saved = remembered(key);
  const extra = columns.filter((column) => column.isExtra).map((column) => column.key);
  const hidden = ref(saved === null ? extra : saved.split(",").filter(Boolean));
  return {
    shown: computed(() => columns.filter((column) => column.isFixed || !hidden.value.includes(column.key))),
    choosable: columns.filter((column) => !column.isFixed),
    isShown: (column) => !hidden.value.includes(column),
    choose: (column, isShown) => {
      const others = hidden.value.filter((one) => one !== column);
      hidden.value = isShown ? others : [...others, column];
      remember(key, hidden.value.join(","));
    },
  };
}
