import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";

import { BucketError, invalidRequest } from "./bucket-error.ts";
import { createContentWriter, type ContentWriter } from "./content-writer.ts";
import type { ObjectRecord } from "./object-record.ts";
import type { ObjectStore } from "./object-store.ts";
import { finishUpload, type UploadRequest } from "./object-upload.ts";

/**
 * Sessions kept, finished ones too (their clients may ask again); beyond, the oldest is given up.
 */
const MAX_SESSIONS = 1000;

/** Where a session stands: so many bytes are stored, or the object is there. */
export type UploadProgress = { readonly storedBytes: number } | { readonly record: ObjectRecord };

interface Session {
  readonly request: UploadRequest;
  readonly path: string;
  readonly writer: ContentWriter;
  record?: ObjectRecord;
  /** Settles when the last request of this session does: they take turns. */
  turn: Promise<unknown>;
}

/** What a PUT's `Content-Range` says. */
interface ChunkRange {
  /** Undefined = no bytes in this request, only a question (an asterisk before the slash). */
  readonly offset: number | undefined;
  /** Size of the whole object; undefined = not known yet. */
  readonly total: number | undefined;
  /** The end of this body is the end of the object. */
  readonly isLast: boolean;
}

/**
 * Resumable uploads (https://cloud.google.com/storage/docs/performing-resumable-uploads): a session
 * is opened, takes the content in any number of requests, and can be asked how far it got.
 */
export class ResumableUploads {
  readonly #store: ObjectStore;
  readonly #sessions = new Map<string, Session>();

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** Opens a session and returns its id. @throws BucketError 404 when there is no such bucket */
  async start(request: UploadRequest): Promise<string> {
    const path = this.#store.uploadPath(request.bucket);
    const writer = await createContentWriter(path);
    const id = randomUUID();
    this.#sessions.set(id, { request, path, writer, turn: Promise.resolve() });
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size > MAX_SESSIONS && oldest !== undefined) await this.#discard(oldest);
    return id;
  }

  #requireSession(id: string): Session {
    const session = this.#sessions.get(id);
    if (session) return session;
    throw new BucketError(404, "notFound", "There is no such upload session.");
  }

  async #discard(id: string): Promise<void> {
    const session = this.#sessions.get(id);
    this.#sessions.delete(id);
    if (!session || session.record) return;
    await session.writer.close();
    await rm(session.path, { force: true });
  }

  /** Takes the body of one PUT. @throws BucketError 400, 404, 412 */
  async receive(
    id: string,
    contentRange: string | undefined,
    body: AsyncIterable<Uint8Array>,
  ): Promise<UploadProgress> {
    const session = this.#requireSession(id);
    const range = parseContentRange(contentRange);
    const work = session.turn.then(() => this.#receiveInTurn(session, range, body));
    session.turn = work.catch(() => undefined);
    try {
      return await work;
    } catch (error) {
      // Refused permanently; a lost connection is not a refusal: the client comes back.
      if (error instanceof BucketError) await this.#discard(id);
      throw error;
    }
  }

  async #receiveInTurn(
    session: Session,
    range: ChunkRange,
    body: AsyncIterable<Uint8Array>,
  ): Promise<UploadProgress> {
    if (session.record) return { record: session.record };
    const { writer } = session;
    // A gap cannot be filled later: the client is told where to go on.
    if (range.offset !== undefined && range.offset > writer.size())
      return { storedBytes: writer.size() };
    if (range.offset !== undefined) await appendFrom(writer, range.offset, body);

    const isComplete = range.isLast || range.total === writer.size();
    if (!isComplete) return { storedBytes: writer.size() };
    const content = { path: session.path, summary: await writer.close() };
    session.record = await finishUpload(this.#store, session.request, content);
    return { record: session.record };
  }

  /** Forgets a session and what it stored. @throws BucketError 404 */
  cancel(id: string): Promise<void> {
    this.#requireSession(id);
    return this.#discard(id);
  }

  /** Gives up all sessions. */
  async stop(): Promise<void> {
    for (const id of [...this.#sessions.keys()]) await this.#discard(id);
  }
}

/** Bytes the file already has, sent again after a lost response, are skipped. */
async function appendFrom(
  writer: ContentWriter,
  offset: number,
  body: AsyncIterable<Uint8Array>,
): Promise<void> {
  let skip = writer.size() - offset;
  for await (const chunk of body) {
    const fresh = chunk.subarray(skip);
    skip = Math.max(0, skip - chunk.length);
    if (fresh.length > 0) await writer.append(fresh);
  }
}

/**
 * `bytes 0-99/200`, `bytes 0-99/*`, `bytes 0-*\/*` (to the end of the body), `bytes *\/200`, `bytes
 * *\/*`; none = everything.
 */
function parseContentRange(header: string | undefined): ChunkRange {
  if (header === undefined) return { offset: 0, total: undefined, isLast: true };
  const found = /^bytes (?:(\d+)-(\d+|\*)|\*)\/(\d+|\*)$/.exec(header.trim());
  if (!found) throw invalidRequest(`Failed to parse Content-Range header: "${header}".`);
  const [, first, last, total] = found;
  return {
    offset: first === undefined ? undefined : Number(first),
    total: total === "*" ? undefined : Number(total),
    isLast: last === "*",
  };
}
