export const count = (value) => value.toLocaleString("en-US");

const oneDecimal = (value) =>
  value.toLocaleString("en-US", { maximumFractionDigits: 1, minimumFractionDigits: 1 });

export function size(bytes) {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${oneDecimal(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${oneDecimal(bytes / 1e6)} MB` : `${oneDecimal(bytes / 1e9)} GB`;
}
