import { expect, type APIRequestContext, type Page } from "@playwright/test";

/** The password that every account of a demo city shares; the login page of a demo server shows it. */
export async function password(request: APIRequestContext, username: string): Promise<string> {
  const answer = await request.get(`${url()}/api/v1/demo-accounts`);
  const accounts = (await answer.json()).items as { username: string; password: string }[];
  const account = accounts.find((one) => one.username === username);
  if (!account) throw new Error(`no demo account ${username}`);
  return account.password;
}

export function url(): string {
  const at = process.env.XIYUAN_URL;
  if (!at) throw new Error("the server under test was not started");
  return at;
}

/** Logs in through the login page. */
export async function logIn(page: Page, username: string): Promise<void> {
  await page.goto(`${url()}/login`);
  await page.getByLabel("账号", { exact: true }).fill(username);
  await page.getByLabel("密码", { exact: true }).fill(await password(page.request, username));
  await page.getByRole("button", { name: "登录" }).click();
  await expect(page.getByRole("navigation", { name: "主菜单" })).toBeVisible();
}

/** Answer of the API in the session of the page. */
export async function ask<T>(page: Page, path: string): Promise<T> {
  const answer = await page.request.get(`${url()}/api/v1${path}`);
  expect(answer.ok(), `${path}: ${answer.status()}`).toBeTruthy();
  return (await answer.json()) as T;
}

/** Where a picture of this run goes. */
export function picture(name: string): string {
  return `test-results/pictures/${name}.png`;
}
