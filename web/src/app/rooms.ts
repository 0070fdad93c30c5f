import {
  DataBoard,
  Document,
  List,
  OfficeBuilding,
  School,
  SetUp,
  Sort,
  Upload,
} from "@element-plus/icons-vue";
import type { Component } from "vue";

export interface Room {
  /** Word of the server's menu that opens this room. */
  menu: string;
  path: string;
  title: string;
  icon: Component;
  /** Other addresses that belong to the room. */
  also?: readonly string[];
}

/**
 * Rooms that are built, in the order of the menu. A person sees those that the server names; 推演 and 变动 are for who
 * reads figures of parks, as the cockpit is.
 */
export const ROOMS: readonly Room[] = [
  { menu: "dashboard", path: "/dashboard", title: "驾驶舱", icon: DataBoard },
  { menu: "parks", path: "/parks", title: "园区", icon: School },
  { menu: "dashboard", path: "/what-if", title: "推演", icon: SetUp },
  { menu: "dashboard", path: "/changes", title: "变动", icon: Sort },
  { menu: "enterprises", path: "/enterprises", title: "企业", icon: OfficeBuilding },
  { menu: "imports", path: "/imports", title: "导入", icon: Upload },
  { menu: "policies", path: "/policies", title: "政策", icon: Document, also: ["/policy-drafts"] },
  { menu: "audit", path: "/audit", title: "审计", icon: List },
];

export function roomsOf(menu: readonly string[]): Room[] {
  return ROOMS.filter((room) => menu.includes(room.menu));
}

/** Address of the first page: where the role works, or the first room it may open. */
export function landingPath(landing: string, menu: readonly string[]): string {
  const wanted = ROOMS.find((room) => room.menu === landing && menu.includes(room.menu));
  return wanted?.path ?? roomsOf(menu)[0]?.path ?? "/nothing";
}
