import type { PageFile, PageState } from "../page/page-state.ts";
import {
  curlPublishCommand,
  curlUploadCommand,
  publishCommand,
  uploadCommand,
} from "./entrance-commands.ts";
import { entrancesOf } from "./entrances.ts";
import type { FileProgress } from "./file-progress.ts";
import type { ImportHistory } from "./import-history.ts";
import type { WatchEntrances } from "./run-display.ts";
import type { RunSession } from "./run-session.ts";

const MAX_FILES = 200;
const MAX_GROUPS = 100;
const MAX_REQUESTS = 50;

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
  const { cloud, log, deadLetters } = session;
  const { simulator, pubsub, names } = cloud;
  const { received, acknowledged } = pubsub.stats(names.eventsSubscription);
  const { records, events, profiles, groups: updatedGroups } = log.messageTotals();
  const totals = deadLetters.totals();
  const { records: deadRecords, undelivered, groups } = totals;
  return {
    nowMs: simulator.clock.now(),
    entrances: entranceTexts(entrancesOf(session)),
    mixpanel: mixpanelFigures(session),
    ...viewFiles(session, history, progress),
    messages: {
      ...{ published: received, acknowledged, records, events, profiles },
      groups: updatedGroups,
    },
    deadLetters: { records: deadRecords, undelivered, groups: groups.slice(0, MAX_GROUPS) },
    requests: simulator.requests().slice(-MAX_REQUESTS).reverse(),
  };
}

/** As commands to copy, in which FILE stands for a file. */
function entranceTexts(entrances: WatchEntrances): PageState["entrances"] {
  return {
    inbox: entrances.inbox,
    upload: [uploadCommand(entrances), curlUploadCommand(entrances)],
    publish: [publishCommand(entrances), curlPublishCommand(entrances)],
  };
}

function mixpanelFigures({ cloud: { simulator } }: RunSession): PageState["mixpanel"] {
  const { requests, requestsByStatus, distinctEvents, profiles, perSecond, lastMinute } =
    simulator.stats();
  return { requests, requestsByStatus, distinctEvents, profiles, perSecond, lastMinute };
}

function viewFiles(
  { cloud: { bucket, names }, deadLetters }: RunSession,
  history: ImportHistory,
  progress: readonly FileProgress[],
): Pick<PageState, "files" | "fileCount"> {
  const objects = bucket.list(names.landingBucket);
  const newest = objects
    .sort((one, other) => Number(other.generation) - Number(one.generation))
    .slice(0, MAX_FILES);
  const files = newest.map(({ name, generation, size }): PageFile => {
    const end = history.find(name, generation);
    const read = progress.find(({ file, isFinished }) => file.name === name && !isFinished);
    const reading = read !== undefined && read.bytes > 0 && { bytesRead: read.bytes };
    const reasons = deadLetters.ofObject(name, generation);
    return {
      name,
      generation,
      bytes: Number(size),
      state: "waiting",
      reasons,
      ...(end ?? reading),
    };
  });
  return { files, fileCount: objects.length };
}
