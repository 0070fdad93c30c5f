import { afterEach, describe, expect, it, vi } from "vitest";
import { get, onSessionExpired, post, urlOf } from "@/api/http";
import { landingPath, roomsOf } from "@/app/rooms";
import { instantOfWuxi, showInstant, showPeriod, showSpan } from "@/lib/dates";

const answer = (status: number, body: unknown): Response => new Response(JSON.stringify(body), { status });

afterEach(() => vi.unstubAllGlobals());

describe("rooms", () => {
  it("are only those that the server names", () => {
    expect(roomsOf(["policies"]).map((room) => room.title)).toEqual(["政策"]);
    expect(roomsOf(["parks"]).map((room) => room.title)).toEqual(["园区"]);
    expect(roomsOf(["dashboard"]).map((room) => room.title)).toEqual(["驾驶舱", "推演", "变动"]);
    expect(landingPath("dashboard", ["policies", "audit"])).toBe("/policies");
    expect(landingPath("parks", ["parks"])).toBe("/parks");
    expect(landingPath("dashboard", [])).toBe("/nothing");
  });
});

describe("times", () => {
  it("are those of Wuxi", () => {
    expect(showInstant("2026-11-23T16:30:00Z")).toBe("2026-11-24 00:30");
    expect(instantOfWuxi("2026-11-24T00:30:00")).toBe("2026-11-23T16:30:00.000Z");
  });
  it("and spans have words for open ends", () => {
    expect(showSpan("2023-01-01", null)).toBe("2023-01-01 起");
    expect(showPeriod("2025-03")).toBe("2025 年 3 月");
  });
});

describe("requests", () => {
  it("leave empty filters out of the address and repeat lists", () => {
    expect(urlOf("/parks", { search: "", year: 2025, reading: ["a:b", "c:d"], after: undefined })).toBe(
      "/api/v1/parks?year=2025&reading=a%3Ab&reading=c%3Ad",
    );
  });

  it("mark writes as coming from our pages and give them a key", async () => {
    const fetch = vi.fn(async (...[]: [string, RequestInit]) => answer(200, {}));
    vi.stubGlobal("fetch", fetch);
    await post("/imports", { a: 1 });
    const headers = fetch.mock.calls[0]?.[1].headers as Record<string, string>;
    expect(headers["X-Xiyuan-Request"]).toBe("1");
    expect(headers["Idempotency-Key"]).toMatch(/^[0-9a-f]{32}$/);
  });

  it("are sent once more, under the same key, after the session was renewed", async () => {
    const fetch = vi.fn(async (...[]: [string, RequestInit]) => answer(200, { ok: true }));
    fetch.mockImplementationOnce(async () => answer(401, { code: "session-expired", detail: "请重新登录" }));
    vi.stubGlobal("fetch", fetch);
    onSessionExpired(async () => true);
    await expect(post("/imports")).resolves.toEqual({ ok: true });
    const keys = fetch.mock.calls.map(
      ([, init]) => (init.headers as Record<string, string>)["Idempotency-Key"],
    );
    expect(keys[0]).toBe(keys[1]);
  });

  it("tell the server's words and the field that is wrong", async () => {
    const body = {
      code: "invalid",
      detail: "营业收入不能为负",
      errors: [{ field: "revenue", code: "x", message: "不能为负" }],
    };
    vi.stubGlobal("fetch", async () => answer(422, body));
    const error = await get("/x").catch((cause: unknown) => cause);
    expect(error).toMatchObject({ message: "营业收入不能为负", status: 422 });
    expect((error as { forField(field: string): string }).forField("revenue")).toBe("不能为负");
  });

  it("stay readable when the server is away or answers no JSON", async () => {
    vi.stubGlobal("fetch", async () => new Response("<html>", { status: 502 }));
    await expect(get("/x")).rejects.toThrow("服务暂时出错");
    vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("network")));
    await expect(get("/x")).rejects.toThrow("连不上服务器");
  });
});
