import path from "node:path";

import { CLOUD_NAMES } from "../cloud-names.ts";
import type { PageFile, PageState } from "../page/page-state.ts";
import type { FileProgress } from "./file-progress.ts";
import type { ImportHistory } from "./import-history.ts";
import type { RunSession } from "./run-session.ts";

const MAX_FILES = 200;
const MAX_GROUPS = 100;
const MAX_REQUESTS = 50;
const NO_THROUGHPUT = { requests: 0, events: 0, bytes: 0, refused: 0 };

/**
 * What the page shows of a run, put together anew each time.
 *
 * @param progress how far the files given on the command line are
 */
export function viewRun(
  session: RunSession,
  history: ImportHistory,
  progress: readonly FileProgress[],
): PageState {
  const { cloud, log, deadLetters, workFolder } = session;
  const { simulator, pubsub } = cloud;
  const { received, acknowledged } = pubsub.stats(CLOUD_NAMES.eventsSubscription);
  const { records, events } = log.messageTotals();
  const totals = deadLetters.totals();
  const { records: deadRecords, undelivered, groups } = totals;
  return {
    nowMs: simulator?.clock.now() ?? Date.now(),
    inbox: inboxOf(workFolder),
    mixpanel: mixpanelFigures(session),
    ...viewFiles(session, history, progress),
    messages: { published: received, acknowledged, records, events },
    deadLetters: { records: deadRecords, undelivered, groups: groups.slice(0, MAX_GROUPS) },
    requests: (simulator?.requests() ?? []).slice(-MAX_REQUESTS).reverse(),
  };
}

/** The folder whose files are imported as they are put there. */
export function inboxOf(workFolder: string): string {
  return path.join(workFolder, "inbox");
}

function mixpanelFigures({ cloud: { simulator } }: RunSession): PageState["mixpanel"] {
  const {
    requests = 0,
    requestsByStatus = {},
    distinctEvents = 0,
    perSecond = [],
    lastMinute = NO_THROUGHPUT,
  } = simulator?.stats() ?? {};
  return { requests, requestsByStatus, distinctEvents, perSecond, lastMinute };
}

function viewFiles(
  { cloud: { bucket } }: RunSession,
  history: ImportHistory,
  progress: readonly FileProgress[],
): Pick<PageState, "files" | "fileCount"> {
  const objects = bucket.list(CLOUD_NAMES.landingBucket);
  const newest = objects
    .sort((one, other) => Number(other.generation) - Number(one.generation))
    .slice(0, MAX_FILES);
  const files = newest.map(({ name, generation, size }): PageFile => {
    const end = history.find(name, generation);
    const read = progress.find(({ file, isFinished }) => file.name === name && !isFinished);
    const reading = read !== undefined && read.bytes > 0 && { bytesRead: read.bytes };
    return { name, bytes: Number(size), state: "waiting", ...(end ?? reading) };
  });
  return { files, fileCount: objects.length };
}
