/** Bytes that matter to where JSON values begin and end. https://www.rfc-editor.org/rfc/rfc8259 */
export const LINE_FEED = 0x0a;
export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPEN_ARRAY = 0x5b;
export const BACKSLASH = 0x5c;
export const CLOSE_ARRAY = 0x5d;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;
/** Begins every text of a JSON sequence. https://www.rfc-editor.org/rfc/rfc7464 */
export const RECORD_SEPARATOR = 0x1e;

/** Whether a byte is white space to JSON. */
export function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === LINE_FEED || byte === 0x0d || byte === 0x09;
}
