import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A port that nobody listens on right now. */
async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (address && typeof address === "object" ? resolve(address.port) : reject()));
    });
  });
}

/** Answers once the server says it is ready; gives up when the process ends. */
async function ready(url: string, server: ChildProcess): Promise<void> {
  let ended = false;
  server.once("exit", () => (ended = true));
  for (;;) {
    if (ended) throw new Error("the server ended before it was ready");
    try {
      if ((await fetch(`${url}/health/ready`)).ok) return;
    } catch {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** Fills a demo city in a folder of its own and serves it with the real binary. */
export default async function start(): Promise<() => Promise<void>> {
  const binary = process.env.XIYUAN_BINARY;
  if (!binary) throw new Error("XIYUAN_BINARY names the binary under test");
  const data = mkdtempSync(join(tmpdir(), "xiyuan-e2e-"));
  execFileSync(binary, ["demo", "--data", data], { stdio: ["ignore", "ignore", "inherit"] });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const server = spawn(binary, ["serve", "--data", data, "--listen", `127.0.0.1:${port}`], {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, RUST_LOG: "warn" },
  });
  await ready(url, server);
  process.env.XIYUAN_URL = url;
  return async () => {
    const ended = new Promise((resolve) => server.once("exit", resolve));
    server.kill("SIGTERM");
    await ended;
    rmSync(data, { recursive: true, force: true });
  };
}
