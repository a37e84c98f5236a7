import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";

const PAGE = new URL("./page.html", import.meta.url);
const STYLE = new URL("./page.css", import.meta.url);
const SCRIPT = fileURLToPath(new URL("./browser/main.js", import.meta.url));

/**
 * The page as one document that needs nothing but its state: markup, style and script are written
 * in files of their own.
 */
export async function composePage(): Promise<string> {
  const [page, style, script] = await Promise.all([
    readFile(PAGE, "utf8"),
    readFile(STYLE, "utf8"),
    bundleScript(),
  ]);
  return page
    .replace("<style></style>", () => `<style>\n${style}</style>`)
    .replace("<script></script>", () => `<script>\n${script}</script>`);
}

async function bundleScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [SCRIPT],
    bundle: true,
    format: "iife",
    target: "es2022",
    write: false,
    logLevel: "silent",
  });
  return outputFiles.map(({ text }) => text).join("");
}
