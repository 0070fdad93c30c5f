import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Page } from "@playwright/test";
import { ask, logIn, password, picture, url } from "../support/steps.ts";

// This journey publishes a version; its name lets it run after those that tell of the text as it was before.

/** What the story changes: one number of the policy of the demo city and the sentence it stands in. */
const NUMBER = "leading_revenue_share_min";
const [OLD, NEW] = ["50", "55"];

interface Named {
  id: string;
  name: string;
}
interface Flip {
  park: Named;
  before: string;
  after: string;
}
interface Receipt {
  packageDigest: string;
}
interface Decision {
  id: string;
  check: { receipt: Receipt };
}

/** A change of data as the page would send it. */
async function send<T>(page: Page, path: string, data: object): Promise<T> {
  const answer = await page.request.post(`${url()}/api/v1${path}`, {
    data,
    headers: { "X-Xiyuan-Request": "1", "Idempotency-Key": `journey${path}` },
  });
  expect(answer.ok(), `${path}: ${answer.status()} ${await answer.text()}`).toBeTruthy();
  return (await answer.json()) as T;
}

async function noBarrier(page: Page): Promise<void> {
  await page.mouse.move(0, 0);
  const found = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa"]).analyze();
  const serious = found.violations.filter((one) => one.impact === "serious" || one.impact === "critical");
  expect(serious.map((one) => `${one.id}: ${one.nodes[0]?.html}`)).toEqual([]);
}

/** The compiler has no error. */
async function sound(page: Page): Promise<void> {
  const step = page.getByRole("navigation", { name: "步骤" }).getByRole("button", { name: /校验/ });
  await expect(step).toContainText(/没有问题|处提醒/);
}

/** A picture at a desk and one on a phone, where nothing is cut off. */
async function look(page: Page, name: string): Promise<void> {
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.screenshot({ path: picture(name) });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.screenshot({ path: picture(`phone-${name}`) });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow, `${name}: nothing is cut off on a phone`).toBeLessThanOrEqual(0);
  await page.setViewportSize({ width: 1366, height: 768 });
}

test("an official raises 50 % to 55 %, sees who flips, signs, and yesterday's decision stands", async ({
  page,
}) => {
  test.setTimeout(180_000);
  page.setDefaultTimeout(15_000);
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  await logIn(page, "city");
  const { latestYear: year, today } = await ask<{ latestYear: number; today: string }>(page, "/session");
  const policy = (await ask<{ items: { id: string; isDefault: boolean; digest: string }[] }>(page, "/policies"))
    .items.find((one) => one.isDefault);
  if (!policy) throw new Error("the demo city has no policy");
  const expected = await send<{ flips: Flip[] }>(page, "/what-if", { year, parameters: { [NUMBER]: NEW } });
  expect(expected.flips.length).toBeGreaterThan(0);
  const touched = expected.flips[0]?.park as Named;
  const decision = await send<Decision>(page, `/parks/${touched.id}/decisions`, { year, note: "昨天的结论" });
  expect(decision.check.receipt.packageDigest).toBe(policy.digest);

  await test.step("the cockpit shows how far each target is, and opens it to its parks", async () => {
    await page.goto(`${url()}/dashboard`);
    const targets = page.getByRole("region", { name: "政策目标" });
    await expect(targets.getByRole("listitem")).toHaveCount(16);
    await expect(targets.getByRole("link", { name: "新增科创载体面积" })).toBeVisible();
    await targets.scrollIntoViewIfNeeded();
    await page.screenshot({ path: picture("dashboard-targets"), fullPage: true });
    await targets.getByRole("link", { name: "培育认定特色产业园区" }).click();
    const drawer = page.getByRole("dialog");
    await expect(drawer.getByText("✓ 计入").first()).toBeVisible();
    await look(page, "target");
    await page.goto(`${url()}/dashboard?target=leading-revenue-share`);
    await expect(drawer.getByRole("heading", { name: /逐个园区/ })).toBeVisible();
    await look(page, "target-every");
  });

  await test.step("a clause shows its targets, tasks and forms; several policies stand side by side", async () => {
    await page.goto(`${url()}/policies?clause=2.2.1`);
    const clause = page.locator("#clause-2\\.2\\.1");
    for (const text of ["制定园区产业发展行动计划", "牵头：市发展改革委", "企业年度统计表", "每个园区：主导产业营收占比不低于 50%"])
      await expect(clause.getByText(text).first()).toBeVisible();
    await page.screenshot({ path: picture("policy-clause") });
    await page.locator(".pick").click();
    await expect(page.getByRole("option")).toHaveCount(3);
    await page.screenshot({ path: picture("policy-heads") });
    await page.keyboard.press("Escape");
  });

  await test.step("open a draft from the policy page", async () => {
    await page.goto(`${url()}/policies`);
    for (const [tab, name] of [
      ["案例", "examples"],
      ["规则", "rules"],
      [/^版本/, "versions"],
      ["草稿", "drafts"],
    ] as const) {
      await page.getByRole("tab", { name: tab }).click();
      await expect(page.locator(".el-skeleton")).toHaveCount(0);
      await look(page, `policy-${name}`);
    }
    await page.getByRole("button", { name: "起草修改" }).first().click();
    await expect(page.getByRole("navigation", { name: "文件" })).toBeVisible();
    await sound(page);
    await noBarrier(page);
    await look(page, "draft-edit");
  });

  await test.step("a mistake is found while typing, and nothing can be signed", async () => {
    await page.getByRole("button", { name: "parameters.toml" }).click();
    const editor = page.getByRole("textbox", { name: "文件 parameters.toml" });
    await editor.click();
    await page.keyboard.press("Control+Home");
    await page.keyboard.type("clause = ");
    await expect(page.getByText(/[1-9]\d* 处错误/).first()).toBeVisible();
    await expect(page.getByRole("button", { name: "跳转" }).first()).toBeVisible();
    await look(page, "draft-findings");
    await page.getByRole("navigation", { name: "步骤" }).getByRole("button", { name: /签发/ }).click();
    await expect(page.getByText(/现在还不能签发/)).toBeVisible();
    await expect(page.getByRole("button", { name: "签名并发布" })).toBeDisabled();
    await page.getByRole("navigation", { name: "步骤" }).getByRole("button", { name: /修改/ }).click();
    await page.getByRole("button", { name: "恢复为原版本" }).click();
    await sound(page);
    await expect(page.getByText("已保存")).toBeVisible();
  });

  await test.step("a file is added, renamed and taken out, and each can be undone", async () => {
    const files = page.getByRole("navigation", { name: "文件" });
    const named = (name: string) => files.getByRole("button", { name, exact: false });
    await files.getByRole("button", { name: "新增文件" }).click();
    await page.getByRole("dialog").getByRole("textbox").fill("notes.md");
    await page.getByRole("button", { name: "确定" }).click();
    await expect(named("notes.md")).toBeVisible();
    await files.getByRole("button", { name: "改名" }).click();
    await page.getByRole("dialog").getByRole("textbox").fill("remarks.md");
    await page.getByRole("button", { name: "确定" }).click();
    await expect(named("remarks.md")).toBeVisible();
    await expect(named("notes.md")).toHaveCount(0);
    await look(page, "draft-files");
    await files.getByRole("button", { name: "删去" }).click();
    await expect(named("remarks.md")).toHaveCount(0);
    await page.getByText("已删去 remarks.md").getByRole("button", { name: "撤销" }).click();
    await expect(named("remarks.md")).toBeVisible();
    await files.getByRole("button", { name: "删去" }).click();
    await expect(named("remarks.md")).toHaveCount(0);
    await sound(page);
  });

  await test.step("names are offered inside a formula", async () => {
    await page.getByRole("button", { name: "indicators/leading-industry.toml" }).click();
    const editor = page.getByRole("textbox", { name: "文件 indicators/leading-industry.toml" });
    await editor.click();
    await page.keyboard.press("Control+End");
    await page.keyboard.type('\nformula = "sum(enterprise.reven');
    await expect(page.locator(".cm-tooltip-autocomplete").getByText("enterprise.revenue").first()).toBeVisible();
    await page.screenshot({ path: picture("draft-completion") });
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+s");
    await expect(page.getByText("已保存")).toBeVisible();
    await page.getByRole("button", { name: "恢复为原版本" }).click();
    await sound(page);
  });

  await test.step("change the number and its sentence", async () => {
    await page.getByRole("button", { name: "改一个数" }).click();
    const dialog = page.getByRole("dialog", { name: "改一个数" });
    await dialog.getByLabel("查找数").fill(NUMBER);
    await look(page, "draft-numbers");
    await dialog.getByRole("list", { name: "政策里的数" }).getByRole("button").first().click();
    await dialog.getByLabel(/新值/).fill(NEW);
    await expect(dialog.getByLabel("新的句子")).toHaveValue(new RegExp(`${NEW}%`));
    await expect(dialog.locator("del")).toContainText(OLD);
    await expect(dialog.locator("ins")).toContainText(NEW);
    await noBarrier(page);
    await look(page, "draft-number");
    await dialog.getByRole("button", { name: "改到草稿里" }).click();
    await expect(dialog).toBeHidden();
    await expect(page.getByRole("button", { name: /text\.md.*已改/ })).toBeVisible();
  });

  const steps = page.getByRole("navigation", { name: "步骤" });
  await test.step("worked examples that no longer hold are looked at and taken over", async () => {
    await steps.getByRole("button", { name: /算例/ }).click();
    await expect(page.getByText(/✗ \d+ 个不符/).first()).toBeVisible();
    await look(page, "draft-examples");
    await page.getByRole("button", { name: "全部勾选" }).click();
    await page.getByRole("button", { name: /^采用所勾选/ }).click();
    await expect(page.getByText(/个全部相符/)).toBeVisible();
    await noBarrier(page);
  });

  await test.step("exactly the parks of the what-if flip", async () => {
    await steps.getByRole("button", { name: /预览影响/ }).click();
    const result = page.locator("section", { has: page.getByRole("heading", { name: "结论改变的园区" }) });
    await expect(result.getByRole("link")).toHaveCount(expected.flips.length);
    const names = await result.getByRole("link").allTextContents();
    expect(names.map((name) => name.trim()).sort()).toEqual(expected.flips.map((one) => one.park.name).sort());
    await look(page, "draft-preview");
  });

  await test.step("sign and publish", async () => {
    await steps.getByRole("button", { name: /签发/ }).click();
    await expect(page.getByRole("heading", { name: "受影响的园区" })).toBeVisible();
    await expect(page.locator("del").first()).toContainText(OLD);
    await expect(page.getByText(/现在还不能签发/)).toHaveCount(0);
    await page.getByLabel(/^说明/).fill(`由 ${OLD}% 提高到 ${NEW}%`);
    await noBarrier(page);
    await look(page, "draft-publish");
    await page.getByLabel("您的登录密码").fill("not-the-password");
    await page.getByRole("button", { name: "签名并发布" }).click();
    await expect(page.getByText(/密码不正确/)).toBeVisible();
    await page.getByLabel("您的登录密码").fill(await password(page.request, "city"));
    await page.getByRole("button", { name: "签名并发布" }).click();
    await expect(page.getByText("✓ 已签名发布")).toBeVisible();
    await look(page, "draft-published");
  });

  await test.step("the new version is in force, and the difference can be read", async () => {
    await page.getByRole("link", { name: "看与原版本的差异" }).click();
    await expect(page.getByRole("heading", { name: "版本差异" })).toBeVisible();
    await expect(page.locator("ins").first()).toContainText(NEW);
    await expect(page.getByRole("heading", { name: "受影响的园区" })).toBeVisible();
    await noBarrier(page);
    await look(page, "policy-difference");
    await page.goto(`${url()}/policies/${policy.id}?tab=versions`);
    const row = page.getByRole("row", { name: /现行/ });
    await expect(row).toContainText(today);
    await expect(row).toContainText("有效");
    await look(page, "policy-two-versions");
  });

  await test.step("yesterday's decision still replays under the old text", async () => {
    await page.goto(`${url()}/parks/${touched.id}?year=${year}&tab=decisions`);
    await page.getByRole("button", { name: "查看与核验" }).first().click();
    const drawer = page.getByRole("dialog", { name: "固化的结论" });
    await drawer.getByRole("button", { name: "复算" }).click();
    await expect(drawer.getByText("✓ 一致")).toBeVisible();
    await expect(drawer.getByText(policy.digest)).toBeVisible();
    await page.screenshot({ path: picture("decision-replay") });
    await drawer.getByRole("region", { name: "复算" }).getByRole("link").click();
    await expect(page.getByText(/正在看历史版本/)).toBeVisible();
  });
  expect(faults).toEqual([]);
});
