/** A fenced block of code of a page. */
export interface Fence {
  readonly language: string;
  /** Its lines, without the indentation of the list it may be in. */
  readonly lines: readonly string[];
  /** Number of the line below the opening fence; the page's first line is 1. */
  readonly firstLine: number;
  /** The file that the page says it is: `<!-- file: PATH -->` above it. */
  readonly file: string | undefined;
}

/** All fenced blocks of a page of Markdown. Throws when one is not closed. */
export function fencesOf(page: string): Fence[] {
  const lines = page.split("\n");
  const fences: Fence[] = [];
  for (let index = 0; index < lines.length; index++) {
    const opening = /^( *)```(\w*)$/.exec(lines[index] ?? "");
    if (opening === null) continue;
    const [, indentation = "", language = ""] = opening;
    const end = lines.indexOf(`${indentation}\`\`\``, index + 1);
    if (end === -1) throw new Error(`line ${index + 1}: the block is not closed`);
    const before = lines.slice(0, index).findLast((line) => line.trim() !== "") ?? "";
    fences.push({
      language,
      lines: lines.slice(index + 1, end).map((line) => line.slice(indentation.length)),
      firstLine: index + 2,
      file: /<!-- file: (\S+) -->/.exec(before)?.[1],
    });
    index = end;
  }
  return fences;
}

/** The page without its fenced blocks and comments; lines keep their numbers. */
export function proseOf(page: string): string {
  const lines = page.split("\n");
  for (const { firstLine, lines: inside } of fencesOf(page))
    lines.fill("", firstLine - 2, firstLine + inside.length);
  return lines.join("\n").replace(/<!--.*?-->/g, "");
}
