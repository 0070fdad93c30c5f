import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test, type Page } from "@playwright/test";
import writeXlsxFile from "write-excel-file/node";
import { ask, logIn, picture, url } from "../support/steps.ts";

interface Missing {
  kind: string;
  subject: { id: string; name: string } | null;
  form: string | null;
  period: string | null;
}
interface Check {
  outcome: string;
  criteria: {
    id: string;
    name: string;
    outcome: string;
    couldChange: boolean;
    missing: Missing[];
    parts?: { missing: Missing[] }[];
  }[];
}

/** An undecided park whose only open question is the filing of one enterprise. */
async function parkWithOneMissingFiling(
  page: Page,
  year: number,
): Promise<{ park: string; enterprise: string; criterion: string }> {
  const parks = await ask<{ items: { id: string }[] }>(
    page,
    `/parks?year=${year}&outcome=undecided&limit=100`,
  );
  for (const { id } of parks.items) {
    const check = await ask<Check>(page, `/parks/${id}/check?year=${year}`);
    for (const criterion of check.criteria) {
      const owed = criterion.missing.filter(
        (one) => one.kind === "figure" && one.form === "enterprise-annual",
      );
      const who = new Set(owed.map((one) => one.subject?.id));
      if (criterion.id === "leading-revenue-share" && criterion.couldChange && who.size === 1) {
        return { park: id, enterprise: owed[0]?.subject?.id ?? "", criterion: criterion.id };
      }
    }
  }
  throw new Error("the demo city has no park that waits for one filing");
}

test("ten minutes of a new user: from an undecided park to the clause", async ({ page }, info) => {
  mkdirSync("test-results/pictures", { recursive: true });
  await logIn(page, "city");
  const me = await ask<{ latestYear: number }>(page, "/session");
  const year = me.latestYear;
  const { park, enterprise, criterion } = await parkWithOneMissingFiling(page, year);
  const firm = await ask<{ uscc: string; name: string }>(page, `/enterprises/${enterprise}`);
  const name = (await ask<{ name: string }>(page, `/parks/${park}`)).name;

  await test.step("open the undecided park and see what is missing", async () => {
    await page.getByRole("link", { name: "园区", exact: true }).click();
    await page.getByLabel("按名称筛选").fill(name);
    await page.getByRole("link", { name, exact: true }).click();
    await expect(page.getByRole("heading", { name })).toBeVisible();
    await expect(page.getByText("暂不能判定").first()).toBeVisible();
    await expect(page.getByRole("link", { name: firm.name }).first()).toBeVisible();
    await page.screenshot({ path: picture("01-undecided-park") });
  });

  await test.step("import the missing filing from Excel", async () => {
    const file = join(info.outputDir, "补报.xlsx");
    mkdirSync(info.outputDir, { recursive: true });
    const row = (cells: (string | number)[]) =>
      cells.map((value) => ({ value, type: typeof value === "number" ? Number : String }));
    await writeXlsxFile([
      row(
        [
          "统一社会信用代码",
          "企业名称",
          "是否规上",
          "营业收入(万元)",
          "工业总产值(万元)",
          "工业增加值(万元)",
        ].concat(["实缴税收(万元)", "用地面积(亩)", "年末从业人数(人)"]),
      ),
      row([firm.uscc, firm.name, "是", 90000, 88000, 24000, 5000, 120, 300]),
    ]).toFile(file);
    await page.getByRole("link", { name: "去导入" }).first().click();
    await page.getByLabel("选择文件").setInputFiles(file);
    await page.getByRole("button", { name: "上传并检查" }).click();
    await page.getByRole("button", { name: "下一步：检查" }).click();
    await page.screenshot({ path: picture("02-import-check") });
    await page.getByRole("button", { name: /下一步/ }).click();
    await page.getByRole("button", { name: "导入", exact: true }).click();
    await expect(page.getByText(/登记号/)).toBeVisible();
    await page.screenshot({ path: picture("03-import-done") });
  });

  await test.step("the outcome of the condition changes at once", async () => {
    await page.goto(`${url()}/parks/${park}?year=${year}`);
    await expect(page.getByText("共", { exact: false }).first()).toBeVisible();
    const check = await ask<Check>(page, `/parks/${park}/check?year=${year}`);
    const now = check.criteria.find((one) => one.id === criterion);
    expect(now?.outcome).not.toBe("undecided");
    await page.getByRole("heading", { name: "亩均产出" }).scrollIntoViewIfNeeded();
    await page.screenshot({ path: picture("04-decided-park") });
  });

  await test.step("move the threshold and see who flips", async () => {
    await page.getByRole("link", { name: "推演", exact: true }).click();
    const parameter = page.locator("#p-leading_revenue_share_min");
    await expect(parameter).toHaveValue("50");
    await parameter.fill("75");
    await expect(page.getByText("结论改变的园区")).toBeVisible();
    await expect(page.getByRole("region", { name: "参数" })).toBeVisible();
    await expect(page.locator(".group").first()).toBeVisible();
    await page.evaluate(() => window.scrollTo(0, 0));
    await page.screenshot({ path: picture("05-what-if") });
  });

  await test.step("see which one figure would meet a condition, and suppose it", async () => {
    const list = await ask<{ items: { park: { id: string }; notMet: number }[] }>(page, `/checks?year=${year}`);
    let [failing, chosen, name, needed] = ["", "", "", ""];
    for (const { park: one } of list.items.filter((item) => item.notMet > 0)) {
      const check = await ask<Check>(page, `/parks/${one.id}/check?year=${year}`);
      for (const unmet of check.criteria.filter((criterion) => criterion.outcome === "not_met")) {
        const found = await ask<{ levers: { kind: string; needed: string | null }[] }>(
          page,
          `/parks/${one.id}/levers?year=${year}&criterion=${unmet.id}`,
        );
        const first = found.levers.find((lever) => /^(figure|benchmark)$/.test(lever.kind) && lever.needed);
        if (first?.needed) [failing, chosen, name, needed] = [one.id, unmet.id, unmet.name, first.needed];
        if (chosen) break;
      }
      if (chosen) break;
    }
    expect(chosen, "some condition of some park can be met by one figure").not.toBe("");
    await page.goto(`${url()}/parks/${failing}?year=${year}`);
    const line = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name }) });
    await line.getByRole("button", { name: `展开：${name}` }).click();
    await line.getByRole("button", { name: "差多少、改哪一个数可以达到" }).click();
    const door = line.getByRole("link", { name: /^推演：/ }).first();
    await door.scrollIntoViewIfNeeded();
    await page.screenshot({ path: picture("05-levers") });
    await door.click();
    await expect(page.getByRole("heading", { name: "假设填报" })).toBeVisible();
    await expect(page.getByText("不是填报数据的结论")).toBeVisible();
    await expect(page.getByRole("button", { name: "把结论改变的园区导出为 Excel" })).toBeVisible();
    await expect(page.getByLabel(/的假设值$/)).toHaveValue(needed);
    await page.getByRole("heading", { name: "假设填报" }).scrollIntoViewIfNeeded();
    await page.screenshot({ path: picture("05-supposed") });
    await page.getByRole("button", { name: /^去掉：/ }).click();
    await expect(page.getByText("不是填报数据的结论")).toBeHidden();
    await page.getByRole("button", { name: "撤销上一步" }).click();
    await expect(page.getByText("不是填报数据的结论")).toBeVisible();
  });

  await test.step("open the figure down to the filing", async () => {
    await page.goto(`${url()}/parks/${park}?year=${year}`);
    const share = page
      .getByRole("listitem")
      .filter({ has: page.getByRole("heading", { name: "主导产业营收占比" }) });
    await share.getByTitle("看它由哪些填报算出").filter({ visible: true }).first().click();
    const drawer = page.getByRole("dialog");
    await expect(drawer.getByRole("heading", { name: "怎样算出" })).toBeVisible();
    await page.screenshot({ path: picture("06-figure") });
    await drawer
      .getByRole("button", { name: /^第 \d+ 版$/ })
      .first()
      .click();
    await expect(drawer.getByRole("heading", { name: /第 \d+ 版/ }).first()).toBeVisible();
    await page.screenshot({ path: picture("07-filing") });
  });

  await test.step("read the clause", async () => {
    await page.goto(`${url()}/parks/${park}?year=${year}`);
    await page
      .getByRole("link", { name: /2\.2\.1/ })
      .filter({ visible: true })
      .first()
      .click();
    await expect(page.getByText("主导产业占园区营收的比重不低于50%").first()).toBeVisible();
    await page.screenshot({ path: picture("08-clause") });
  });
});
