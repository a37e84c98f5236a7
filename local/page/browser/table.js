import { element } from "./elements.js";

/**
 * Makes the rows of a table.
 *
 * @param columns each is [heading, class, row => text or element, row => class of the cell]
 * @param nothing what is shown when there is no row
 */
export function fill(table, columns, rows, nothing) {
  if (rows.length === 0) {
    table.replaceChildren(element("caption", nothing));
    return;
  }
  const head = element("tr", undefined, "head");
  for (const [heading, className] of columns) {
    const cell = element("th", heading, className);
    cell.scope = "col";
    head.append(cell);
  }
  const body = rows.map((row) => {
    const line = element("tr");
    for (const [heading, className, text, tone] of columns) {
      const shown = text(row);
      const cell = element("td", undefined, `${className} ${tone ? tone(row) : ""}`);
      cell.dataset.label = heading;
      cell.append(shown);
      line.append(cell);
    }
    return line;
  });
  table.replaceChildren(head, ...body);
}
