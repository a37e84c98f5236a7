/** What the framework wraps around the message of a module that throws while it is loaded. */
const FRAMEWORK_LINES = [
  /^Provided module can't be loaded\.$/,
  /^Did you list all required modules in the package\.json dependencies\?$/,
  /^Is there a syntax error in your code\?$/,
  /^Could not load the function, shutting down\.$/,
];

/**
 * What a function that did not start has to say: what it printed on stderr, without the framework's
 * remarks and without stack traces.
 */
export function startupFailure(stderr: string): string {
  const lines = stderr
    .split("\n")
    .map((line) => line.replace(/^Detailed stack trace: (\w*Error: )?/, "").trimEnd())
    .filter((line) => !/^\s+at .+/.test(line))
    .filter((line) => !FRAMEWORK_LINES.some((pattern) => pattern.test(line)));
  return lines.join("\n").trim();
}
