/** Dev-server middleware that answers like the API with an invented city. Never part of a build. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Plugin } from "vite";
import { answer } from "./routes";

function readBody(request: IncomingMessage): Promise<string> {
  return new Promise((resolve) => {
    let text = "";
    request.on("data", (chunk) => (text += String(chunk)));
    request.on("end", () => resolve(text));
  });
}

async function handle(request: IncomingMessage, response: ServerResponse, next: () => void): Promise<void> {
  const url = new URL(request.url ?? "/", "http://mock");
  if (!url.pathname.startsWith("/api/v1")) return next();
  const text = await readBody(request);
  const isJson = request.headers["content-type"]?.includes("json");
  const reply = answer(
    request.method ?? "GET",
    url.pathname.slice(7),
    url.searchParams,
    isJson ? JSON.parse(text) : {},
  );
  response.statusCode = reply.status;
  response.setHeader("Content-Type", reply.status >= 400 ? "application/problem+json" : "application/json");
  response.end(reply.body === undefined ? "" : JSON.stringify(reply.body));
}

export function mockApi(): Plugin {
  return {
    name: "xiyuan-mock-api",
    configureServer(server) {
      server.middlewares.use((request, response, next) => void handle(request, response, next));
    },
    configurePreviewServer(server) {
      server.middlewares.use((request, response, next) => void handle(request, response, next));
    },
  };
}
