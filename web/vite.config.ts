import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig, loadEnv } from "vite";

const POLICY = [
  "default-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** Write the content policy into the built page; the development server needs inline scripts. */
function contentPolicy(): Plugin {
  return {
    name: "content-policy",
    apply: "build",
    transformIndexHtml: () => [
      {
        tag: "meta",
        attrs: { "http-equiv": "Content-Security-Policy", content: POLICY },
        injectTo: "head-prepend",
      },
    ],
  };
}

const edge = loadEnv("development", ".", "TELEMETRA_")["TELEMETRA_EDGE"] ?? "http://127.0.0.1:3000";

export default defineConfig({
  plugins: [react(), contentPolicy()],
  build: {
    rollupOptions: { input: ["index.html", "docs.html"] },
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    host: "127.0.0.1",
    proxy: {
      "/api": edge,
      "/health": edge,
      "/config.json": edge,
      "/ws": { target: edge, ws: true },
    },
  },
});
