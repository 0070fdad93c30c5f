import { expect, test, type Page } from "@playwright/test";
import { ask, logIn, picture, url } from "../support/steps.ts";

interface Criterion {
  id: string;
  name: string;
  outcome: string;
  isSoft: boolean;
  readingId: string;
  alternatives: { id: string; text: string }[];
  exception?: { id: string };
}
interface Check {
  policy: string;
  criteria: Criterion[];
}

/** A park of which a soft norm is not met by its figures. */
async function wanting(
  page: Page,
  year: number,
): Promise<{ park: string; criterion: Criterion; policy: string }> {
  const { items } = await ask<{ items: { id: string }[] }>(page, "/parks?limit=50");
  for (const { id } of items) {
    const check = await ask<Check>(page, `/parks/${id}/check?year=${year}`);
    const criterion = check.criteria.find((one) => one.isSoft && one.outcome !== "met" && !one.exception);
    if (criterion) return { park: id, criterion, policy: check.policy };
  }
  throw new Error("every soft norm is met");
}

test("an exception is approved with its paper, counts, is listed, and is taken back", async ({ page }) => {
  await logIn(page, "city");
  const { latestYear: year } = await ask<{ latestYear: number }>(page, "/session");
  const { park, criterion, policy } = await wanting(page, year);
  await page.goto(`${url()}/parks/${park}?tab=check&year=${year}`);
  const row = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: criterion.name }) });
  await row.getByRole("button", { name: `展开：${criterion.name}` }).click();
  await row.getByRole("button", { name: "批准例外" }).click();
  const form = page.getByRole("dialog", { name: "批准例外" });
  await form.getByRole("button", { name: "批准例外" }).click();
  await expect(form).toContainText("请写明理由");
  await expect(form).toContainText("请写明批准依据");
  await form.getByLabel("理由").fill("演示：标准厂房先行，分期建设");
  await form.getByLabel("批准依据").fill("演示批〔2026〕7号");
  await expect(form).not.toContainText("请写明");
  await page.screenshot({ path: picture("ruling-form") });
  await form.getByRole("button", { name: "批准例外" }).click();
  await expect(row).toContainText("例外满足");
  await expect(row).toContainText("演示批〔2026〕7号");
  await page.screenshot({ path: picture("ruling-exception") });

  await page.goto(`${url()}/`);
  await expect(page.getByRole("columnheader", { name: "例外" })).toBeVisible();
  await page.goto(`${url()}/policies/${policy}?tab=rulings`);
  const listed = page.getByRole("row").filter({ hasText: "演示批〔2026〕7号" });
  await expect(listed).toContainText("有效");
  await page.screenshot({ path: picture("rulings"), fullPage: true });
  const saving = page.waitForEvent("download");
  await page.getByRole("link", { name: "导出" }).click();
  expect((await saving).suggestedFilename()).toMatch(/\.xlsx$/);

  await listed.getByRole("button", { name: "撤销" }).click();
  const revoke = page.getByRole("dialog");
  await revoke.getByLabel("撤销理由").fill("演示：按期整改");
  await revoke.getByRole("button", { name: "撤销", exact: true }).click();
  await expect(listed).toContainText("已撤销");
  await expect(listed).toContainText("演示：按期整改");
  const after = await ask<Check>(page, `/parks/${park}/check?year=${year}`);
  expect(after.criteria.find((one) => one.id === criterion.id)?.exception).toBeUndefined();
});

test("a reading is chosen for the city and says who, when and why wherever it counts", async ({ page }) => {
  await logIn(page, "city");
  const { latestYear: year } = await ask<{ latestYear: number }>(page, "/session");
  const park = (await ask<{ items: { id: string }[] }>(page, "/parks?limit=1")).items[0]?.id ?? "";
  const check = await ask<Check>(page, `/parks/${park}/check?year=${year}`);
  const criterion = check.criteria.find((one) => one.alternatives.length > 0);
  const other = criterion?.alternatives[0];
  if (!criterion || !other) throw new Error("no condition has two readings");
  await page.goto(`${url()}/parks/${park}?tab=check&year=${year}`);
  const row = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: criterion.name }) });
  await row.getByRole("button", { name: `展开：${criterion.name}` }).click();
  await row.getByRole("button", { name: "确定条文理解" }).click();
  const form = page.getByRole("dialog", { name: "确定条文理解" });
  await form.getByText(other.text).click();
  await form.getByLabel("理由").fill("演示：专题会议确定");
  await page.screenshot({ path: picture("ruling-reading-form") });
  await form.getByRole("button", { name: "确定条文理解" }).click();
  await expect(row).toContainText("理解的确定");
  await expect(row).toContainText("演示：专题会议确定");
  const now = await ask<Check>(page, `/parks/${park}/check?year=${year}`);
  expect(now.criteria.find((one) => one.id === criterion.id)?.readingId).toBe(other.id);
  await page.screenshot({ path: picture("ruling-reading") });

  await row.getByRole("button", { name: "撤销" }).click();
  const revoke = page.getByRole("dialog", { name: /撤销/ });
  await revoke.getByLabel("撤销理由").fill("演示：恢复默认");
  await revoke.getByRole("button", { name: "撤销", exact: true }).click();
  await expect(row).not.toContainText("理解的确定");
});

test("what a clause leaves open is decided beside its words", async ({ page }) => {
  await logIn(page, "city");
  await page.goto(`${url()}/policies`);
  const open = page.getByRole("button", { name: "记录裁量" }).first();
  await open.click();
  const form = page.getByRole("dialog", { name: "记录裁量" });
  await form.getByLabel("如何裁量").fill("演示：按年度计划掌握");
  await form.getByLabel("理由").fill("演示：工作专班会议");
  await form.getByRole("button", { name: "记录裁量" }).click();
  await expect(page.getByText("演示：按年度计划掌握")).toBeVisible();
  await page.getByText("演示：按年度计划掌握").scrollIntoViewIfNeeded();
  await page.screenshot({ path: picture("ruling-discretion") });
});
