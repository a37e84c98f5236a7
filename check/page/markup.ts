/** HTML that is safe to put into a page; made by `html` only. */
export interface Markup {
  readonly markup: string;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};
/** What would turn the direction of the text around it, or has no place in HTML. */
const UNSHOWN =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
const MAX_TEXT = 600;

type Part = string | number | Markup | readonly Markup[];

/** Markup, in which every text and number that is put in is escaped. */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  const text = literals.reduce((before, literal, index) => {
    const part = parts[index - 1];
    return before + (part === undefined ? "" : toMarkup(part)) + literal;
  });
  return { markup: text };
}

/** At most 600 characters of it: a page must stay small whatever the data is. */
export function shortText(text: string, length = MAX_TEXT): string {
  return text.length > length ? `${text.slice(0, length)}…`.toWellFormed() : text;
}

function toMarkup(part: Part): string {
  if (typeof part === "number") return String(part);
  if (typeof part === "string") return escape(part);
  return "markup" in part ? part.markup : part.map(({ markup }) => markup).join("");
}

function escape(text: string): string {
  return text
    .toWellFormed()
    .replace(UNSHOWN, "\ufffd")
    .replace(/[&<>"']/g, (character) => ESCAPES[character] ?? "");
}
