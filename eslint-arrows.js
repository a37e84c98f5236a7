import path from "node:path";

/**
 * What each folder may import, of ours: the arrows between folders are part of the architecture
 * (docs/architecture.md), so they are checked and not only agreed upon. They run down, never back,
 * and never in a circle. The longest folder that holds a file counts; a folder may always import
 * itself, and a test anything.
 */
export const MAY_IMPORT = {
  infra: ["archive"],
  archive: [],
  local: ["functions"],
  check: ["functions", "archive"],
  cli: ["functions", "archive", "local", "check"],
  // Files at the root of functions/ put everything together.
  functions: ["functions"],
  "functions/objects": [
    "functions/reading",
    "functions/formats",
    "functions/scan",
    "functions/records",
    "functions/mixpanel",
    "functions/google",
    "functions/event",
    "functions/platform",
  ],
  "functions/messages": [
    "functions/reading",
    "functions/formats",
    "functions/records",
    "functions/mixpanel",
    "functions/google",
    "functions/event",
    "functions/platform",
  ],
  "functions/records": [
    "functions/scan",
    "functions/google",
    "functions/event",
    "functions/platform",
  ],
  "functions/formats": [
    "functions/reading",
    "functions/google",
    "functions/event",
    "functions/platform",
  ],
  "functions/reading": [
    "functions/google",
    "functions/http",
    "functions/event",
    "functions/platform",
  ],
  "functions/scan": ["functions/event"],
  "functions/mixpanel": ["functions/http", "functions/event", "functions/platform"],
  "functions/google": ["functions/http", "functions/platform"],
  "functions/http": ["functions/platform"],
  "functions/transforms": ["functions/event"],
  "functions/platform": [],
  "functions/event": [],
};

/** Arrows that only types may take: infra/ knows a function by its environment contract. */
const TYPES_ONLY = {
  infra: ["functions/settings.ts"],
  "functions/objects": ["functions/runtime.ts"],
};

/** Pulumi provisions; what runs does not know it. In local/ it is the engine's side of it. */
const PULUMI_FOLDERS = ["infra/", "local/deployment/program/"];

/** The longest folder of the table that holds `file`, a path relative to the repository. */
function folderOf(file) {
  return Object.keys(MAY_IMPORT)
    .filter((folder) => file.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length)[0];
}

/** Why `file` may not import `target`, both relative to the repository; undefined when it may. */
function objection(file, target, isTypeOnly) {
  const from = folderOf(file);
  if (from === undefined) return undefined;
  const to = folderOf(target);
  const isAllowed =
    to === from ||
    (to !== undefined && MAY_IMPORT[from].some((folder) => `${to}/`.startsWith(`${folder}/`))) ||
    (isTypeOnly && (TYPES_ONLY[from] ?? []).includes(target));
  if (isAllowed) return undefined;
  const allowed = MAY_IMPORT[from].length === 0 ? "nothing" : MAY_IMPORT[from].join(", ");
  return `${from}/ may not import ${target}: of ours it imports ${allowed} (eslint-arrows.js).`;
}

/** ESLint rule over imports of every kind, exports and dynamic ones included. */
const rule = {
  meta: { type: "problem", schema: [] },
  create(context) {
    const root = context.cwd;
    const file = path.relative(root, context.filename);
    const check = (node) => {
      const specifier = node.source?.value;
      if (typeof specifier !== "string") return;
      const mayPulumi =
        folderOf(file) === undefined || PULUMI_FOLDERS.some((folder) => file.startsWith(folder));
      if (specifier.startsWith("@pulumi/") && !mayPulumi)
        context.report({ node, message: `Only ${PULUMI_FOLDERS.join(" and ")} import Pulumi.` });
      if (!specifier.startsWith(".")) return;
      const target = path.relative(root, path.resolve(path.dirname(context.filename), specifier));
      const isTypeOnly = node.importKind === "type" || node.exportKind === "type";
      const message = objection(file, target, isTypeOnly);
      if (message !== undefined) context.report({ node, message });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
};

export const arrows = { rules: { arrows: rule } };
