/**
 * Whether the functions read `glob` as one glob. Globs travel to them in one variable, separated by
 * commas, of which those within brackets belong to a glob (`splitGlobs` in functions/settings.ts; a
 * test holds the two against each other). A bracket that stays open, or a backslash at the end,
 * would swallow the comma behind it.
 */
export function isOneGlob(glob: string): boolean {
  let depth = 0;
  for (const part of glob.split(/(\\.|[,(){}[\]\\])/s)) {
    if (part === "," && depth === 0) return false;
    if (part === "\\") return false;
    if (/^[([{]$/.test(part)) depth++;
    else if (/^[)\]}]$/.test(part)) depth = Math.max(0, depth - 1);
  }
  return depth === 0 && glob.trim() !== "";
}
