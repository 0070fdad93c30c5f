import { fileURLToPath } from "node:url";
import vue from "@vitejs/plugin-vue";
import { ElementPlusResolver } from "unplugin-vue-components/resolvers";
import components from "unplugin-vue-components/vite";
import type { PluginOption } from "vite";
import { defineConfig } from "vitest/config";

/** Where `xiyuan serve` listens while the pages are developed with `npm run dev`. */
const SERVER = process.env.XIYUAN_SERVER ?? "http://127.0.0.1:8080";

const CONTENT_SECURITY_POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

export default defineConfig(() => {
  const plugins: PluginOption[] = [
    vue(),
    components({
      dirs: [],
      dts: "components.d.ts",
      resolvers: [ElementPlusResolver({ importStyle: "css" })],
    }),
  ];
  return {
    plugins,
    resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
    server: {
      port: 5173,
      proxy: { "/api": SERVER, "/health": SERVER },
    },
    // The same policy as the server sends: what it forbids shows before it is shipped.
    preview: { headers: { "Content-Security-Policy": CONTENT_SECURITY_POLICY } },
    build: {
      target: "es2022",
      chunkSizeWarningLimit: 700,
      // No data: URLs of scripts and no inlined module preload helper: the pages run under a strict CSP.
      modulePreload: { polyfill: false },
    },
    test: {
      environment: "happy-dom",
      include: ["tests/**/*.test.ts"],
      server: { deps: { inline: ["element-plus"] } },
    },
  };
});
