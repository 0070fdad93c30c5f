import { expect, test, type Page } from "@playwright/test";
import { ask, logIn, picture, url } from "../support/steps.ts";

interface Firm {
  uscc: string;
}

/** A park with members that filed, and one of them. */
async function parkWithFirm(page: Page): Promise<{ park: string; name: string; uscc: string }> {
  const parks = await ask<{ items: { id: string; name: string; enterprises: number }[] }>(
    page,
    "/parks?limit=50",
  );
  const park = parks.items.find((one) => one.enterprises > 3);
  if (!park) throw new Error("the demo city has no park with members");
  const firms = await ask<{ items: Firm[] }>(page, `/enterprises?park=${park.id}&limit=1`);
  return { park: park.id, name: park.name, uscc: firms.items[0]?.uscc ?? "" };
}

test("a correction shows what it changed, and the decision that has to be looked at again", async ({
  page,
}) => {
  await logIn(page, "city");
  const { latestYear: year } = await ask<{ latestYear: number }>(page, "/session");
  const { park, name, uscc } = await parkWithFirm(page);
  const signed = await page.request.post(`${url()}/api/v1/parks/${park}/decisions`, {
    data: { year, note: "演示：签署后订正" },
    headers: { "X-Xiyuan-Request": "1" },
  });
  expect(signed.status()).toBe(201);

  await page.goto(`${url()}/imports/new?kind=filings&form=enterprise-annual&period=${year}`);
  const text = [
    "统一社会信用代码,是否规上,营业收入(万元),实缴税收(万元),用地面积(亩),年末从业人数(人)",
    `${uscc},是,7654321,210,6.5,40`,
    "",
  ].join("\n");
  const file = { name: "订正.csv", mimeType: "text/csv", buffer: Buffer.from(text) };
  await page.getByLabel("选择文件").setInputFiles(file);
  await page.getByRole("button", { name: "上传并检查" }).click();
  await page.getByRole("button", { name: "下一步：检查" }).click();
  await page.getByRole("button", { name: /下一步/ }).click();
  await page.getByRole("button", { name: "导入", exact: true }).click();
  await expect(page.getByText(/登记号/)).toBeVisible();

  await page.getByRole("link", { name: "看它改变了哪些结论" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "变动" })).toBeVisible();
  const change = page.locator("section.change").filter({ hasText: name });
  await expect(change).toContainText("结论需复核");
  const opener = change.getByRole("button", { name: `展开${name}的变动` });
  if (await opener.isVisible()) await opener.click();
  await expect(change).toContainText("签署的结论");
  await expect(change.getByRole("row").filter({ hasText: "园区营业收入合计" }).first()).toBeVisible();
  await page.screenshot({ path: picture("changes-of-an-import"), fullPage: true });
  await page.setViewportSize({ width: 390, height: 844 });
  await page.screenshot({ path: picture("phone-changes-of-an-import"), fullPage: true });
  await page.setViewportSize({ width: 1366, height: 768 });
  const saving = page.waitForEvent("download");
  await page.getByRole("link", { name: "导出" }).click();
  expect((await saving).suggestedFilename()).toMatch(/\.xlsx$/);

  await page.goto(`${url()}/parks/${park}?tab=decisions`);
  const standing = page.getByRole("row").filter({ hasText: "演示：签署后订正" });
  await expect(standing).toContainText("所依据的数据已变动");
  await page.screenshot({ path: picture("decision-moved") });
  await standing.getByRole("link", { name: "所依据的数据已变动" }).click();
  await expect(page.getByText("只看一个园区")).toBeVisible();
  await expect(page.locator("section.change")).toHaveCount(1);
});
