import { setTimeout as sleep } from "node:timers/promises";

import { transform } from "#transform";

import { createDeadLetters, type PublishDeadLetters } from "./records/dead-letter.ts";
import { createGoogleApi, type GoogleApi } from "./google/google-api.ts";
import { createPublisher, type Publish } from "./google/publisher.ts";
import { logToStdout, type Log } from "./platform/log.ts";
import { createCircuitBreaker, type CircuitBreaker } from "./mixpanel/circuit-breaker.ts";
import { createDeliverBatch, type DeliverBatch } from "./mixpanel/deliver-batch.ts";
import { createBatchBuilders, type BatchBuilder } from "./mixpanel/event-batch.ts";
import { guardRateLimiter } from "./mixpanel/guarded-rate-limiter.ts";
import { createImportClient } from "./mixpanel/import-client.ts";
import { createRateLimiter } from "./mixpanel/rate-limiter.ts";
import { createRecordPreparer, type RecordPreparer } from "./records/prepare-record.ts";
import type { Settings } from "./settings.ts";
import { createShutdown, type Shutdown } from "./platform/shutdown.ts";
import { readVersion } from "./platform/version.ts";

/** Everything that one instance has once, for all its requests. */
export interface Runtime {
  readonly settings: Settings;
  readonly log: Log;
  readonly now: () => number;
  readonly google: GoogleApi;
  readonly publish: Publish;
  readonly publishDeadLetters: PublishDeadLetters;
  readonly deliver: DeliverBatch;
  readonly circuitBreaker: CircuitBreaker;
  readonly newBuilder: () => BatchBuilder;
  readonly preparer: RecordPreparer;
  readonly shutdown: Shutdown;
  /** Hash of the deployed archive. */
  readonly code: string;
}

const PRODUCTS = { importObject: "mixpanel-gcs", importMessages: "mixpanel-pubsub" } as const;

/** Builds the parts of an instance and connects them. */
export function createRuntime(settings: Settings): Runtime {
  const now = Date.now;
  const random = Math.random;
  const log = logToStdout;
  const { version, code } = readVersion();
  const google = createGoogleApi({
    project: settings.project,
    pubsubEmulator: settings.pubsubEmulator,
    maxSockets: 8,
    now,
    random,
  });
  const publish = createPublisher(google);
  const circuitBreaker = createCircuitBreaker(log, now);
  const pace = createRateLimiter({
    maxInFlight: settings.maxInFlight,
    now,
    sleep: (ms, signal) => sleep(ms, undefined, { ...(signal && { signal }) }),
  });
  const post = createImportClient({
    url: settings.mixpanelUrl,
    token: settings.mixpanelToken,
    userAgent: `${PRODUCTS[settings.entryPoint]}/${version}`,
    maxInFlight: settings.maxInFlight,
    pace: guardRateLimiter(pace, circuitBreaker),
    now,
    random,
  });
  return {
    settings,
    log,
    now,
    google,
    publish,
    publishDeadLetters: createDeadLetters({
      publish,
      topic: settings.deadLetterTopic,
      contents: settings.deadLetterContents,
      log,
    }),
    deliver: createDeliverBatch({ post, circuitBreaker, now }),
    circuitBreaker,
    newBuilder: createBatchBuilders(
      { events: settings.batchEvents, bytes: settings.batchBytes },
      settings.maxInFlight + 2,
    ),
    preparer: createRecordPreparer({
      transform,
      locateByRequest: settings.locateByRequest,
      syntheticId: settings.syntheticId,
    }),
    shutdown: createShutdown(),
    code,
  };
}
