import { expect, test, type Page } from "@playwright/test";
import { ask, logIn, picture, url } from "../support/steps.ts";

interface Check {
  outcome: string;
  criteria: { id: string; value: string | null; outcome: string }[];
}

const SHARE = "leading-revenue-share";

function share(check: Check): string | null | undefined {
  return check.criteria.find((criterion) => criterion.id === SHARE)?.value;
}

/** A park whose share was corrected after an instant. */
async function correctedPark(page: Page, year: number, asOf: string): Promise<string> {
  const parks = await ask<{ items: { id: string }[] }>(page, "/parks?limit=100");
  for (const { id } of parks.items) {
    const now = share(await ask<Check>(page, `/parks/${id}/check?year=${year}`));
    const then = share(await ask<Check>(page, `/parks/${id}/check?year=${year}&asOf=${asOf}`));
    if (now && then && now !== then) return id;
  }
  throw new Error("the demo city has no park with corrected filings");
}

test("a bad file names row, column, value and reason, and writes nothing", async ({ page }) => {
  await logIn(page, "city");
  const firms = await ask<{ items: { uscc: string }[] }>(page, "/enterprises?limit=2");
  const [good, bad] = firms.items.map((firm) => firm.uscc);
  const text = [
    "统一社会信用代码,是否规上,营业收入(万元),实缴税收(万元),用地面积(亩),年末从业人数(人)",
    `${good},是,4500.25,210,6.5,40`,
    `${bad},是,四千五百,210,6.5,40`,
    "",
  ].join("\n");
  await page.goto(`${url()}/imports/new?kind=filings&form=enterprise-annual&period=2019`);
  await page
    .getByLabel("选择文件")
    .setInputFiles({ name: "含错误.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await page.getByRole("button", { name: "上传并检查" }).click();
  await page.getByRole("button", { name: "下一步：检查" }).click();
  const row = page.getByRole("row").filter({ hasText: "四千五百" });
  await expect(row).toContainText("3");
  await expect(row).toContainText("营业收入");
  await expect(row).toContainText("不能导入");
  await page.screenshot({ path: picture("import-bad-cell") });
  const jobs = await ask<{ items: { status: string; appliedCommit: number | null }[] }>(
    page,
    "/imports?limit=1",
  );
  expect(jobs.items[0]?.appliedCommit ?? null).toBeNull();
});

test("as of an instant before a correction the page shows the old figure", async ({ page }) => {
  await logIn(page, "city");
  const { latestYear: year } = await ask<{ latestYear: number }>(page, "/session");
  const asOf = `${year + 1}-05-20T00:00:00Z`;
  const park = await correctedPark(page, year, asOf);
  const then = share(await ask<Check>(page, `/parks/${park}/check?year=${year}&asOf=${asOf}`));
  await page.goto(`${url()}/parks/${park}?year=${year}&asOf=${encodeURIComponent(asOf)}`);
  await expect(page.getByText(/此后的填报与更正不计入/)).toBeVisible();
  const condition = page
    .getByRole("listitem")
    .filter({ has: page.getByRole("heading", { name: "主导产业营收占比" }) });
  await expect(condition).toContainText(then ?? "");
  await page.screenshot({ path: picture("as-of") });
});

test("an enterprise is found by a part of its name and opens with its filings", async ({ page }) => {
  await logIn(page, "city");
  const firms = await ask<{ items: { name: string; uscc: string }[] }>(page, "/enterprises?limit=1");
  const name = firms.items[0]?.name ?? "";
  await page.goto(`${url()}/enterprises?search=${encodeURIComponent(name.slice(4))}`);
  await page.getByRole("link", { name, exact: true }).first().click();
  await expect(page.getByRole("heading", { name })).toBeVisible();
  await expect(page.getByText(firms.items[0]?.uscc ?? "").first()).toBeVisible();
  await expect(page.getByText("企业年度统计表").first()).toBeVisible();
  await page.screenshot({ path: picture("enterprise") });
});
