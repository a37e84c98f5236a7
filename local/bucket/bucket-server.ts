import type { IncomingMessage } from "node:http";
import { isAbsolute, relative, sep } from "node:path";

import { type Caller, OWNER } from "../caller.ts";
import { listenOnLoopback, type LoopbackOptions, type RequestHandler } from "../http-server.ts";
import { UserError } from "../../functions/platform/user-error.ts";
import { createBucketApi, type BucketApi } from "./bucket-api.ts";
import { BucketError, errorBody, invalidRequest } from "./bucket-error.ts";
import { checkPermissions, hideAbsence } from "./bucket-permissions.ts";
import type { BucketSettings } from "./bucket-settings.ts";
import { createFaults, type Fault, type Faults } from "./faults.ts";
import { watchFolder, type FolderWatch } from "./folder-watch.ts";
import { createLocalObjects, type LocalObjects } from "./local-objects.ts";
import { toNotification, type ObjectNotification } from "./object-notification.ts";
import { ObjectStore } from "./object-store.ts";
import { json, type Reply } from "./reply.ts";
import { ResumableUploads } from "./resumable-uploads.ts";
import { parseRoute, type Route } from "./route.ts";
import { sendReply } from "./send-reply.ts";

export interface BucketServerOptions extends LoopbackOptions {
  /** Where the objects are kept, also over a restart. Created if need be; one server at a time. */
  readonly folder: string;
  /** Created when they are not in the folder yet. */
  readonly buckets: readonly string[];
  /**
   * Called once for every new object, before the response to its upload. When it rejects, so does
   * the `put`, and the response to an upload over HTTP is 500, though the object is there.
   */
  readonly onFinalize?: (notification: ObjectNotification) => void | Promise<void>;
  /** The same for objects that became noncurrent (OBJECT_ARCHIVE) or are gone (OBJECT_DELETE). */
  readonly onDelete?: (notification: ObjectNotification) => void | Promise<void>;
  /** Milliseconds since 1970. @default Date.now */
  readonly now?: () => number;
}

/** Counted since the start. */
export interface BucketStats {
  readonly requests: number;
  /** Reads of objects with response 206. */
  readonly ranges: number;
  /** Bytes of objects sent. */
  readonly bytes: number;
}

export interface BucketServer extends LocalObjects {
  /**
   * `http://127.0.0.1:PORT`: what STORAGE_EMULATOR_HOST and `apiEndpoint` of Google's clients want.
   */
  readonly url: string;
  readonly port: number;
  /** Spoils requests, for tests. */
  readonly faults: Pick<Faults, "set">;
  stats(): BucketStats;
  /** The same service for somebody who may not do everything, to be served elsewhere. */
  handlerFor(caller: Caller): RequestHandler;
  /** @throws BucketError 409 when it is there already, 400 for its name */
  createBucket(name: string, settings: BucketSettings): void;
  /** @throws BucketError 404 */
  changeBucket(name: string, settings: BucketSettings): void;
  /** @throws BucketError 409 when something is in it, unless that goes with it; 404 */
  deleteBucket(name: string, contents: "delete" | "refuse"): void;
  hasBucket(name: string): boolean;
  /** @throws BucketError 404 */
  requireBucket(name: string): void;
  /** Deletes what the buckets' lifecycle rules say is due. */
  applyLifecycle(): Promise<void>;
  /**
   * Uploads every file that is put into a folder, until the watch or the server is stopped.
   * `onProblem` is told in one line what could not be uploaded (@default: to stderr).
   *
   * @throws UserError when it cannot be made, or shares files with the folder the objects are kept
   *   in
   */
  watchFolder(
    folder: string,
    bucket: string,
    onProblem?: (message: string) => void,
  ): Promise<FolderWatch>;
  stop(): Promise<void>;
}

/**
 * Cloud Storage on loopback, as far as gcloud storage, gsutil's shim and `@google-cloud/storage`
 * use it for objects: uploads, ranged reads, listing, preconditions, generations and notifications.
 * Nobody is asked for credentials: whoever reaches `url` may do everything.
 *
 * @throws UserError when the port or the folder cannot be used
 */
export async function startBucketServer(options: BucketServerOptions): Promise<BucketServer> {
  const { folder, buckets, onFinalize, onDelete, now = Date.now } = options;
  let url = "";
  const baseUrl = (): string => url;
  const store = new ObjectStore({
    folder,
    buckets,
    now,
    onChange: (change) => {
      const notify = change.kind === "created" ? onFinalize : onDelete;
      return notify?.(toNotification(change, new Date(now()).toISOString(), url));
    },
  });
  const uploads = new ResumableUploads(store);
  const faults = createFaults();
  const counter = createCounter();
  const api = createBucketApi({ store, uploads, baseUrl });

  const handlerFor = (caller: Caller): RequestHandler => {
    return async (request, response) => {
      const { reply, fault, isRead } = await decide({ request, api, faults, caller });
      counter.countReply(reply);
      await sendReply(response, reply, fault, isRead ? counter.countBytes : undefined);
    };
  };

  const server = await listenOnLoopback(handlerFor(OWNER), options);
  url = server.url;
  const objects = createLocalObjects(store, baseUrl);
  const watches: FolderWatch[] = [];

  return {
    ...objects,
    url,
    port: server.port,
    faults,
    stats: counter.stats,
    handlerFor,
    createBucket: (name, settings) => {
      store.createBucket(name, settings);
    },
    changeBucket: (name, settings) => {
      store.changeBucket(name, settings);
    },
    deleteBucket: (name, contents) => {
      store.deleteBucket(name, contents);
    },
    hasBucket: (name) => store.bucketNames().includes(name),
    requireBucket: (name) => {
      store.requireBucket(name);
    },
    applyLifecycle: () => store.applyLifecycle(),
    watchFolder: async (watched, bucket, onProblem = printProblem) => {
      store.requireBucket(bucket);
      checkApart(watched, folder);
      const watch = await watchFolder({ folder: watched, bucket, objects, onProblem });
      watches.push(watch);
      return watch;
    },
    stop: async () => {
      await Promise.all(watches.map((watch) => watch.stop()));
      await server.stop();
      await uploads.stop();
    },
  };
}

interface Asked {
  readonly request: IncomingMessage;
  readonly api: BucketApi;
  readonly faults: Faults;
  readonly caller: Caller;
}

async function decide({ request, api, faults, caller }: Asked) {
  try {
    const route = parseRoute(request.method ?? "", request.url ?? "");
    checkPermissions(caller, route);
    const fault = faults.next({ ...route, range: request.headers.range });
    const isRead = route.action === "readObject";
    if (fault?.kind === "status") return { reply: toFaultReply(fault), fault: undefined, isRead };
    return { reply: await carryOut(route, { request, api, caller }), fault, isRead };
  } catch (error) {
    return { reply: toErrorReply(error), fault: undefined, isRead: false };
  }
}

async function carryOut(
  route: Route,
  { request, api, caller }: Pick<Asked, "request" | "api" | "caller">,
): Promise<Reply> {
  try {
    return await api[route.action](route, request, caller);
  } catch (error) {
    if (error instanceof BucketError && error.status === 404 && route.object !== "")
      hideAbsence(caller, route);
    throw error;
  }
}

/** Watching our own files would upload them, and what comes of that, without end. */
function checkApart(watched: string, folder: string): void {
  if (isWithin(folder, watched) || isWithin(watched, folder))
    throw new UserError(`${watched} cannot be watched: the bucket keeps its files in ${folder}.`);
}

function isWithin(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way.split(sep)[0] !== ".." && !isAbsolute(way);
}

function printProblem(message: string): void {
  process.stderr.write(`${message}\n`);
}

function createCounter() {
  let requests = 0;
  let ranges = 0;
  let bytes = 0;
  return {
    countReply: ({ status }: Reply): void => {
      requests += 1;
      if (status === 206) ranges += 1;
    },
    countBytes: (sent: number): void => {
      bytes += sent;
    },
    stats: (): BucketStats => ({ requests, ranges, bytes }),
  };
}

function toFaultReply(fault: Extract<Fault, { kind: "status" }>): Reply {
  const { status, retryAfter } = fault;
  const headers = retryAfter === undefined ? {} : { "retry-after": retryAfter };
  return toErrorReply(
    new BucketError(status, "fault", `Responded with ${status} on purpose.`, headers),
  );
}

/** @throws what is not a response but a bug */
function toErrorReply(error: unknown): Reply {
  if (error instanceof UserError) return toErrorReply(invalidRequest(error.message));
  if (!(error instanceof BucketError)) throw error;
  // 304 has no body (https://www.rfc-editor.org/rfc/rfc9110#section-15.4.5).
  if (error.status === 304) return { status: 304, headers: error.headers };
  return json(errorBody(error), error.status, error.headers);
}
