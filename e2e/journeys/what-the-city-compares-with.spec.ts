import { readFile } from "node:fs/promises";
import { expect, test } from "@playwright/test";
import { ask, logIn, picture, url } from "../support/steps.ts";

interface Check {
  receipt: { park: string; resultDigest: string; packageDigest: string; knownTime: number };
}

test("an officer freezes the city's figure where it is compared with, and keeps the receipt", async ({ page }) => {
  await logIn(page, "city");
  const { latestYear: year } = await ask<{ latestYear: number }>(page, "/session");
  const park = (await ask<{ items: { id: string }[] }>(page, "/parks?limit=1")).items[0]?.id ?? "";
  await page.goto(`${url()}/parks/${park}?year=${year}&figure=value_added_rate&subject=${park}`);
  const card = page.getByRole("article").filter({ hasText: "全市规上工业增加值率" });
  await expect(card).toContainText("来源");
  await card.getByRole("button", { name: "录入或冻结" }).click();
  const form = page.getByRole("dialog").filter({ hasText: "取得方式" }).or(page.getByRole("dialog").last());
  await form.getByText("冻结平台计算的数").click();
  await form.getByRole("radio", { name: /全市规上工业增加值率（平台计算）/ }).check();
  await form.getByLabel("说明").fill("演示：按平台计算数");
  await page.screenshot({ path: picture("freeze-benchmark") });
  await form.getByRole("button", { name: "冻结", exact: true }).click();
  await expect(card).toContainText("平台按指标");
  await expect(card).toContainText("演示：按平台计算数");
  await expect(card).toContainText("家企业");
  await expect(card).toContainText("历次版本 2 个");
  await page.screenshot({ path: picture("frozen-benchmark") });

  await page.goto(`${url()}/parks/${park}?year=${year}`);
  const saving = page.waitForEvent("download");
  await page.getByRole("link", { name: "下载收据" }).click();
  const file = await saving;
  expect(file.suggestedFilename()).toMatch(/^收据-.*\.json$/);
  const kept = JSON.parse(await readFile(await file.path(), "utf8")) as Check["receipt"];
  const now = await ask<Check>(page, `/parks/${park}/check?year=${year}`);
  expect(kept).toEqual(now.receipt);
  expect(kept.park).toBe(park);
});
