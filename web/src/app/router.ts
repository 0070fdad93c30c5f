import { createRouter, createWebHistory, type RouteLocationNormalized, type Router } from "vue-router";
import { VISIT_KEYS } from "./context";
import { landingPath } from "./rooms";
import { useSession } from "./session";

declare module "vue-router" {
  interface RouteMeta {
    title?: string;
    isOpen?: boolean;
    /** The page reads as of the chosen known time. */
    looksBack?: boolean;
  }
}

const routes = [
  {
    path: "/login",
    component: () => import("@/features/login/LoginPage.vue"),
    meta: { title: "登录", isOpen: true },
  },
  {
    path: "/",
    component: () => import("./AppShell.vue"),
    children: [
      { path: "", component: () => import("./AppNothing.vue") },
      { path: "nothing", component: () => import("./AppNothing.vue"), meta: { title: "暂无可用功能" } },
      {
        path: "dashboard",
        component: () => import("@/features/dashboard/DashboardPage.vue"),
        meta: { title: "驾驶舱" },
      },
      {
        path: "parks",
        component: () => import("@/features/parks/ParkList.vue"),
        meta: { title: "园区", looksBack: true },
      },
      {
        path: "parks/:id",
        component: () => import("@/features/parks/ParkPage.vue"),
        props: true,
        meta: { title: "园区", looksBack: true },
      },
      {
        path: "what-if",
        component: () => import("@/features/whatif/WhatIfPage.vue"),
        meta: { title: "推演", looksBack: true },
      },
      {
        path: "changes",
        component: () => import("@/features/changes/ChangesPage.vue"),
        meta: { title: "变动", looksBack: true },
      },
      {
        path: "enterprises",
        component: () => import("@/features/enterprises/EnterpriseList.vue"),
        meta: { title: "企业" },
      },
      {
        path: "enterprises/:id",
        component: () => import("@/features/enterprises/EnterprisePage.vue"),
        props: true,
        meta: { title: "企业" },
      },
      {
        path: "policies/:policy?",
        component: () => import("@/features/policies/PolicyPage.vue"),
        props: true,
        meta: { title: "政策" },
      },
      {
        path: "policies/:policy/difference",
        component: () => import("@/features/policies/PolicyDifferencePage.vue"),
        props: true,
        meta: { title: "版本差异" },
      },
      {
        path: "policy-drafts/:id",
        component: () => import("@/features/policy-drafts/DraftPage.vue"),
        props: true,
        meta: { title: "政策草稿" },
      },
      {
        path: "imports",
        component: () => import("@/features/imports/ImportList.vue"),
        meta: { title: "导入" },
      },
      {
        path: "imports/new",
        component: () => import("@/features/imports/ImportPage.vue"),
        meta: { title: "新的导入" },
      },
      {
        path: "imports/:id",
        component: () => import("@/features/imports/ImportPage.vue"),
        props: true,
        meta: { title: "导入" },
      },
      { path: "audit", component: () => import("@/features/audit/AuditPage.vue"), meta: { title: "审计" } },
      { path: ":rest(.*)*", component: () => import("./AppNotFound.vue"), meta: { title: "没有这个页面" } },
    ],
  },
];

/** Carries year and known time from page to page, so that a look into the past does not end by a click. */
function withVisit(to: RouteLocationNormalized, from: RouteLocationNormalized) {
  const carried: Record<string, string> = {};
  if (to.path !== from.path) {
    for (const key of VISIT_KEYS) {
      const value = from.query[key];
      if (typeof value === "string" && value && to.query[key] === undefined) carried[key] = value;
    }
  }
  return Object.keys(carried).length > 0 ? { ...to, query: { ...carried, ...to.query } } : null;
}

export function createAppRouter(): Router {
  const router = createRouter({
    history: createWebHistory(),
    routes,
    scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? undefined : { top: 0 }),
  });

  router.beforeEach(async (to, from) => {
    const session = useSession();
    if (to.meta.isOpen) return true;
    if (!session.me) {
      const isIn = await session.restore().catch(() => false);
      if (!isIn) return { path: "/login", query: to.fullPath === "/" ? {} : { next: to.fullPath } };
    }
    if (to.path === "/" && session.me) return landingPath(session.me.landing, session.me.menu);
    return withVisit(to, from) ?? true;
  });

  router.afterEach((to) => {
    document.title = `${to.meta.title ? `${to.meta.title} · ` : ""}锡园`;
  });
  return router;
}
