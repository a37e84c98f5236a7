import type { CheckSource } from "./check-source.ts";
import type { OpenableFile } from "./read-records.ts";

/** A source as a file that tells of every chunk that is read of it. */
export function countedFile(source: CheckSource, onBytes: (bytes: number) => void): OpenableFile {
  const { randomAccess } = source;
  return {
    open: () => counted(source.open(), onBytes),
    randomAccess: randomAccess && {
      size: randomAccess.size,
      readAt: async (offset, length) => {
        const bytes = await randomAccess.readAt(offset, length);
        onBytes(bytes.length);
        return bytes;
      },
    },
  };
}

async function* counted(
  chunks: AsyncIterable<Buffer>,
  onBytes: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  for await (const chunk of chunks) {
    onBytes(chunk.length);
    yield chunk;
  }
}
