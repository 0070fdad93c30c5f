import AxeBuilder from "@axe-core/playwright";
import { expect, test } from "@playwright/test";
import { ask, logIn, picture, url } from "../support/steps.ts";

const ROOMS = [
  { path: "/dashboard", title: "驾驶舱", name: "dashboard" },
  { path: "/parks", title: "园区", name: "parks" },
  { path: "/what-if", title: "推演", name: "what-if" },
  { path: "/changes?from=1", title: "变动", name: "changes" },
  { path: "/enterprises", title: "企业", name: "enterprises" },
  { path: "/imports", title: "导入", name: "imports" },
  { path: "/policies", title: "政策", name: "policies" },
];

for (const room of ROOMS) {
  test(`${room.title} opens, reads well and has no serious barrier`, async ({ page }) => {
    const faults: string[] = [];
    page.on("pageerror", (error) => faults.push(error.message));
    await logIn(page, "city");
    await page.goto(url() + room.path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.locator(".el-skeleton")).toHaveCount(0);
    await page.screenshot({ path: picture(`room-${room.name}`) });
    const found = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa"]).analyze();
    const serious = found.violations.filter((one) => one.impact === "serious" || one.impact === "critical");
    expect(serious.map((one) => `${one.id}: ${one.nodes[0]?.html}`)).toEqual([]);
    expect(faults).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.screenshot({ path: picture(`phone-${room.name}`) });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(overflow, "nothing is cut off on a phone").toBeLessThanOrEqual(0);
  });
}

test("a wrong password is said beside the field, and five lock the account", async ({ page }) => {
  await page.goto(`${url()}/login`);
  await page.getByLabel("账号", { exact: true }).fill("leader");
  for (let attempt = 0; attempt < 6; attempt += 1) {
    await page.getByLabel("密码", { exact: true }).fill(`wrong-${attempt}`);
    const answered = page.waitForResponse((answer) => answer.url().endsWith("/api/v1/session"));
    await page.getByRole("button", { name: "登录" }).click();
    await answered;
  }
  await expect(page.getByText(/锁定/).first()).toBeVisible();
  await page.screenshot({ path: picture("login-locked") });
});

test("a bank sees the register and no figures", async ({ page }) => {
  await logIn(page, "bank");
  for (const name of ["驾驶舱", "推演", "变动"])
    await expect(page.getByRole("link", { name })).toHaveCount(0);
  const answer = await page.request.get(`${url()}/api/v1/audit`);
  expect([403, 404]).toContain(answer.status());
});

test("a district sees its own parks only", async ({ page }) => {
  await logIn(page, "district");
  const own = await ask<{ total: number; items: { district: { name: string } }[] }>(page, "/parks?limit=100");
  expect(own.total).toBeGreaterThan(0);
  expect(new Set(own.items.map((park) => park.district.name)).size).toBe(1);
});

test("the command palette finds a park by part of its name", async ({ page }) => {
  await logIn(page, "city");
  const parks = await ask<{ items: { name: string }[] }>(page, "/parks?limit=1");
  const name = parks.items[0]?.name ?? "";
  await page.keyboard.press("Control+k");
  await page.keyboard.type(name.slice(-5, -1));
  await expect(page.getByText(name).first()).toBeVisible();
});

test("a file that is no table is refused in words and the page stays", async ({ page }) => {
  await logIn(page, "city");
  await page.goto(`${url()}/imports/new?kind=enterprises`);
  await page.getByLabel("选择文件").setInputFiles({
    name: "坏文件.xlsx",
    mimeType: "application/octet-stream",
    buffer: Buffer.from([0, 1, 2, 3, 255, 254, 0, 7]),
  });
  await page.getByRole("button", { name: "上传并检查" }).click();
  await expect(page.getByText(/不是可识别的表格文件/).first()).toBeVisible();
  await page.screenshot({ path: picture("import-refused") });
});
