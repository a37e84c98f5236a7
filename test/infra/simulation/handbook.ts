import { readFileSync } from "node:fs";
import { join } from "node:path";

import { REPOSITORY } from "../../../archive/bundle.ts";

/** Messages that `docs/deploy.md` has a remedy for, as patterns. */
export function documentedMessages(): readonly RegExp[] {
  const page = readFileSync(join(REPOSITORY, "docs/deploy.md"), "utf8");
  const [, section = ""] = page.split(/^## If it fails$/m);
  const [table = ""] = section.split(/^## /m);
  return table
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .flatMap((line) => [...(line.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)])
    .map(([, words = ""]) => new RegExp(words.split("…").map(literally).join(".*"), "i"));
}

/** White space of a row may be wrapped otherwise; the rest is literal. */
function literally(text: string): string {
  return text.trim().replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
