import prettier from "eslint-config-prettier";
import tseslint from "typescript-eslint";

import { arrows } from "./eslint-arrows.js";
import { comments } from "./eslint-comments.js";

export default tseslint.config(
  // assembly/ is AssemblyScript: its types are not TypeScript's.
  { ignores: ["dist/", "node_modules/", ".local/", "functions/scan/assembly/"] },
  {
    files: ["**/*.ts"],
    extends: [...tseslint.configs.strictTypeChecked, ...tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { project: "./tsconfig.json", tsconfigRootDir: import.meta.dirname },
    },
    plugins: { project: { rules: { ...arrows.rules, ...comments.rules } } },
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
      "project/arrows": "error",
      "project/comment-width": "error",
      eqeqeq: "error",
    },
  },
  prettier,
);
