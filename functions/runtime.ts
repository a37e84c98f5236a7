import { setTimeout as sleep } from "node:timers/promises";

import { transform } from "#transform";

import { createDeadLetters, type PublishDeadLetters } from "./records/dead-letter.ts";
import { createGoogleApi, type GoogleApi } from "./google/google-api.ts";
import { createPublisher, type Publish } from "./google/publisher.ts";
import { systemClock, type Clock } from "./platform/clock.ts";
import { logToStdout, type Log } from "./platform/log.ts";
import { createCircuitBreaker, type CircuitBreaker } from "./mixpanel/circuit-breaker.ts";
import { createDeliverBatch, type DeliverBatch } from "./mixpanel/deliver-batch.ts";
import {
  createBatchBuilders,
  type BatchBuilder,
} from "./mixpanel/destinations/import/event-batch.ts";
import { createImportDestination } from "./mixpanel/destinations/import/import-destination.ts";
import { createMixpanelClient } from "./mixpanel/mixpanel-client.ts";
import { createEvidence } from "./mixpanel/evidence.ts";
import type { DeliverUpdates, UpdateRequestReport } from "./mixpanel/profiles/deliver-updates.ts";
import { createProfileDelivery } from "./mixpanel/profiles/profile-delivery.ts";
import { createTokenProof, WITHOUT_PROOF } from "./mixpanel/profiles/token-proof.ts";
import { createRateLimiter } from "./mixpanel/rate-limiter.ts";
import { createSizeLimit } from "./mixpanel/size-limit.ts";
import { createRecordPreparer, type RecordPreparer } from "./records/prepare-record.ts";
import type { Settings } from "./settings.ts";
import { createShutdown, type Shutdown } from "./platform/shutdown.ts";
import { readVersion } from "./platform/version.ts";

/** Everything that one instance has once, for all its requests. */
export interface Runtime extends Clock {
  readonly settings: Settings;
  readonly log: Log;
  readonly google: GoogleApi;
  readonly publish: Publish;
  readonly publishDeadLetters: PublishDeadLetters;
  readonly deliver: DeliverBatch;
  /** Connects what sends updates of profiles to whoever wants to be told of its requests. */
  readonly connectProfiles: (onRequest: (report: UpdateRequestReport) => void) => DeliverUpdates;
  readonly circuitBreaker: CircuitBreaker;
  readonly newBuilder: () => BatchBuilder;
  readonly preparer: RecordPreparer;
  readonly shutdown: Shutdown;
  /** Hash of the deployed archive. */
  readonly code: string;
}

const PRODUCTS = { importObject: "mixpanel-gcs", importMessages: "mixpanel-pubsub" } as const;

/**
 * How long updates of an object wait for others, in milliseconds: reading goes on at once, so it is
 * short. `LINGER_MS` is for messages.
 */
const OBJECT_LINGER_MS = 10;

/** Builds the parts of an instance and connects them. */
export function createRuntime(settings: Settings): Runtime {
  const { now, wallNow } = systemClock;
  const log = logToStdout;
  const { version, code } = readVersion();
  const google = createGoogleApi({
    project: settings.project,
    pubsubEmulator: settings.pubsubEmulator,
    maxSockets: 8,
    now,
    wallNow,
    random: Math.random,
  });
  const publish = createPublisher(google);
  return {
    settings,
    log,
    now,
    wallNow,
    google,
    publish,
    publishDeadLetters: createDeadLetters({
      publish,
      topic: settings.deadLetterTopic,
      contents: settings.deadLetterContents,
      hasPositions: settings.syntheticId === "position",
      log,
    }),
    ...createMixpanel(settings, version, log),
    newBuilder: createBatchBuilders(
      { events: settings.batchEvents, bytes: settings.batchBytes },
      settings.maxInFlight + 2,
    ),
    preparer: createRecordPreparer({
      transform,
      locateByRequest: settings.locateByRequest,
      syntheticId: settings.syntheticId,
      transformSecret: settings.transformSecret,
      profiles: {
        operators: new Set(settings.profileOperators),
        isOwnToken: (token) => token === settings.mixpanelToken,
      },
    }),
    shutdown: createShutdown(),
    code,
  };
}

/** The way to Mixpanel: what is sent, how fast, and what its responses mean. */
function createMixpanel(
  settings: Settings,
  version: string,
  log: Log,
): Pick<Runtime, "deliver" | "connectProfiles" | "circuitBreaker"> {
  const { now, wallNow } = systemClock;
  const random = Math.random;
  const circuitBreaker = createCircuitBreaker(log, now);
  const limiter = createRateLimiter({
    maxInFlight: settings.maxInFlight,
    blockedReason: circuitBreaker.reason,
    now,
    sleep: (ms, signal) => sleep(ms, undefined, { signal }),
  });
  const { maxInFlight, mixpanelUrl: url, mixpanelToken: token } = settings;
  const userAgent = `${PRODUCTS[settings.entryPoint]}/${version}`;
  const client = createMixpanelClient({
    ...{ url, userAgent, maxInFlight, limiter, now, wallNow, random },
  });
  const evidence = createEvidence(now);
  const deliver = createDeliverBatch({
    destination: createImportDestination({ client, token, maxInFlight }),
    evidence,
    sizeLimit: createSizeLimit(),
    ...{ circuitBreaker, now, random },
  });
  const hasAcceptedEvents = (): boolean => evidence.largestAccepted() > 0;
  const proof = settings.proveToken
    ? createTokenProof({ client, token, circuitBreaker, hasAcceptedEvents, now })
    : WITHOUT_PROOF;
  const connectProfiles: Runtime["connectProfiles"] = (onRequest) =>
    createProfileDelivery({
      ...{ client, token, circuitBreaker, proof, maxInFlight, onRequest, log, now, random },
      limits: { updates: settings.batchEvents, bytes: settings.batchBytes },
      locateByRequest: settings.locateByRequest,
      lingerMs: settings.entryPoint === "importObject" ? OBJECT_LINGER_MS : settings.lingerMs,
    });
  return { deliver, connectProfiles, circuitBreaker };
}
