/** Columns a comment may take: as wide as the code beside it (`printWidth` of .prettierrc.json). */
const MAX_COLUMNS = 100;

/**
 * ESLint rule over the width of comments, which Prettier leaves alone. ESLint's own `max-len` is
 * deprecated (https://eslint.org/docs/latest/rules/max-len) and looks at code, too. A line with a
 * URL may be longer: cut in two it could not be clicked.
 */
const rule = {
  meta: { type: "layout", schema: [] },
  create(context) {
    const { lines } = context.sourceCode;
    const checkLine = (number) => {
      const text = lines[number - 1] ?? "";
      if (text.length <= MAX_COLUMNS || /https?:\/\/\S+$/.test(text)) return;
      const start = { line: number, column: MAX_COLUMNS };
      context.report({
        loc: { start, end: { line: number, column: text.length } },
        message: `The comment takes ${text.length} columns, of ${MAX_COLUMNS} at most.`,
      });
    };
    return {
      Program: () => {
        for (const { loc } of context.sourceCode.getAllComments())
          for (let number = loc.start.line; number <= loc.end.line; number++) checkLine(number);
      },
    };
  },
};

export const comments = { rules: { "comment-width": rule } };
