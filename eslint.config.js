import prettier from "eslint-config-prettier";
import tseslint from "typescript-eslint";

/**
 * The folders and the arrows between them (README, "How it is put together"): what a folder may
 * import is part of the architecture, so it is checked here and not only agreed upon.
 */
const PULUMI = "^@pulumi/";
const inside = (...folders) => `^(\\.\\./)+(${folders.join("|")})/`;

/** Forbids imports matching `patterns` in `files`, dynamic ones too (the rule does not see those). */
function boundary(files, patterns) {
  return {
    files,
    rules: {
      "@typescript-eslint/no-restricted-imports": ["error", { patterns }],
      "no-restricted-syntax": [
        "error",
        ...patterns
          .filter((pattern) => !pattern.allowTypeImports)
          .map(({ regex, message }) => ({
            selector: `ImportExpression[source.value=/${regex.replaceAll("/", "\\/")}/]`,
            message,
          })),
      ],
    },
  };
}

export default tseslint.config(
  // assembly/ is AssemblyScript: its types are not TypeScript's.
  { ignores: ["dist/", "node_modules/", ".local/", "functions/scan/assembly/"] },
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-import-type-side-effects": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "@typescript-eslint/no-floating-promises": [
        "error",
        {
          allowForKnownSafeCalls: [
            { from: "package", package: "node:test", name: ["test", "it", "describe", "suite"] },
          ],
        },
      ],
      // Leaving members out of an object by naming them is not a use of them.
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
      "no-console": "error",
      eqeqeq: "error",
    },
  },
  boundary(
    ["functions/**/*.ts"],
    [
      { regex: PULUMI, message: "functions/ is what runs: it never imports Pulumi." },
      {
        regex: inside("infra", "local", "cli", "test", "bench"),
        message: "functions/ imports nothing of ours outside itself.",
      },
    ],
  ),
  boundary(
    ["infra/**/*.ts"],
    [
      {
        regex: inside("functions/(?!settings\\.ts$).*", "local", "cli", "test", "bench").replace(
          /\/$/,
          "",
        ),
        message: "infra/ knows a handler only by its path and its environment contract.",
      },
      {
        regex: "^(\\.\\./)+functions/settings\\.ts$",
        message: "infra/ takes types only from functions/settings.ts.",
        allowTypeImports: true,
      },
    ],
  ),
  boundary(
    ["local/**/*.ts"],
    [
      { regex: PULUMI, message: "local/ does not provision anything." },
      {
        regex: inside("infra", "cli", "test", "bench"),
        message: "local/ may import functions/ only.",
      },
    ],
  ),
  boundary(
    ["cli/**/*.ts"],
    [
      { regex: PULUMI, message: "cli/ does not provision anything." },
      {
        regex: inside("infra", "test", "bench"),
        message: "cli/ may import local/ and functions/ only.",
      },
    ],
  ),
  prettier,
);
