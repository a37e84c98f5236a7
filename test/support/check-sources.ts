import { ESLint } from "eslint";
import ts from "typescript";

const CONFIGURATION = "tsconfig.json";

/**
 * Types and lint for `npm run check`, as `npm run typecheck` and `npm run lint` tell them: both
 * need the types of all sources, which take 40 s of a processor to find, and here do so once.
 */
const program = createProgram();
const problems = [describeTypeErrors(program), await describeLint(program)].join("");
process.stdout.write(problems);
process.exitCode = problems === "" ? 0 : 1;

function createProgram(): ts.Program {
  const host: ts.ParseConfigFileHost = {
    ...ts.sys,
    onUnRecoverableConfigFileDiagnostic: (diagnostic) => {
      throw new Error(format([diagnostic]));
    },
  };
  const configuration = ts.getParsedCommandLineOfConfigFile(CONFIGURATION, {}, host);
  if (configuration === undefined) throw new Error(`${CONFIGURATION} cannot be read.`);
  const { fileNames, options, errors } = configuration;
  return ts.createProgram({
    rootNames: fileNames,
    options,
    configFileParsingDiagnostics: errors,
  });
}

/** What `tsc --noEmit` prints; empty when there are none. */
function describeTypeErrors(program: ts.Program): string {
  return format(ts.sortAndDeduplicateDiagnostics(ts.getPreEmitDiagnostics(program)));
}

function format(diagnostics: readonly ts.Diagnostic[]): string {
  return ts.formatDiagnostics(diagnostics, {
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => process.cwd(),
    getNewLine: () => "\n",
  });
}

/** What `eslint .` prints; empty when there is nothing, warnings included. */
async function describeLint(program: ts.Program): Promise<string> {
  const eslint = new ESLint({
    overrideConfig: {
      files: ["**/*.ts"],
      // In place of the program that the parser makes of eslint.config.js's `project`:
      // https://typescript-eslint.io/packages/parser#programs
      languageOptions: { parserOptions: { programs: [program], project: undefined } },
    },
  });
  const results = await eslint.lintFiles(["."]);
  const formatter = await eslint.loadFormatter();
  return formatter.format(results);
}
