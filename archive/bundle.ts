import { dirname, join, resolve } from "node:path";

import { pathToFileURL } from "node:url";

import { buildSync } from "esbuild";

import { describeBuildFailure, isBuildFailure } from "./build-failure.ts";
import { packageFunction } from "./function-package.ts";
import { checkTransform } from "./user-transform.ts";

/**
 * The repository's root: everything below is resolved from here, never from the working directory.
 */
export const REPOSITORY = dirname(import.meta.dirname);

export interface BundleOptions {
  /**
   * Path of the user's transform; a relative one is resolved from the working directory.
   * @default functions/transform.ts
   */
  readonly transform?: string | undefined;
  /**
   * For a run on this machine, whose errors are to name the user's files and lines. It names
   * folders of this machine, so nothing that is uploaded has one.
   *
   * @default false
   */
  readonly sourceMap?: boolean;
}

/** What is uploaded for both functions. */
export interface FunctionBundle {
  /** The texts of the archive's files, by name. */
  readonly files: Readonly<Record<"index.js" | "package.json" | "package-lock.json", string>>;
  /** Hex SHA-256 of the files: equal trees have equal hashes, wherever they are. */
  readonly code: string;
  /** Source files in the bundle, relative to the repository. */
  readonly inputs: readonly string[];
}

/**
 * Bundles `functions/index.ts` with the user's transform into the archive that the stack uploads.
 *
 * @throws Error whose message is complete and can be shown alone: a transform that is missing, does
 *   not export `transform`, or does not compile (with file, line and column).
 */
export function bundleFunction(options: BundleOptions = {}): FunctionBundle {
  const transform =
    options.transform === undefined || options.transform === ""
      ? undefined
      : resolve(options.transform);
  const { code: indexJs, inputs } = withReadableErrors(() => {
    if (transform !== undefined) checkTransform(transform, REPOSITORY);
    return bundleCode(
      transform ?? join(REPOSITORY, "functions/transform.ts"),
      options.sourceMap === true,
    );
  });
  const { packageJson, packageLock, code } = packageFunction(REPOSITORY, indexJs);
  return {
    files: { "index.js": indexJs, "package.json": packageJson, "package-lock.json": packageLock },
    code,
    inputs,
  };
}

/** Its sources are named from the repository, wherever the bundle will be. */
const SOURCE_MAP = {
  sourcemap: "inline",
  sourcesContent: false,
  sourceRoot: `${pathToFileURL(REPOSITORY).href}/`,
} as const;

/**
 * Equal trees must give equal bytes, or every `pulumi up` would redeploy: a fixed working
 * directory, an entry that is a file, full minification and no source map are all needed for it,
 * since esbuild otherwise writes relative paths into comments and wrappers. CommonJS, because the
 * framework loads it fastest.
 */
function bundleCode(transform: string, hasSourceMap: boolean): { code: string; inputs: string[] } {
  const { outputFiles, metafile } = buildSync({
    entryPoints: [join(REPOSITORY, "functions/index.ts")],
    absWorkingDir: REPOSITORY,
    alias: {
      "#transform": transform,
      "form-data": join(REPOSITORY, "archive/empty-form-data.ts"),
    },
    bundle: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    define: { "import.meta.dirname": "__dirname" },
    minify: true,
    legalComments: "none",
    ...(hasSourceMap && SOURCE_MAP),
    outfile: "index.js",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const code = outputFiles.map((file) => file.text).join("");
  return { code, inputs: Object.keys(metafile.inputs) };
}

/**
 * esbuild's failures as lines of `file:line:column: text`, without the snippets and its own stack.
 */
function withReadableErrors<T>(build: () => T): T {
  try {
    return build();
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    throw new Error(
      `The functions could not be bundled.\n${describeBuildFailure(error, REPOSITORY)}`,
      { cause: error },
    );
  }
}
