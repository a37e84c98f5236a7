import path from "node:path";
import type { TestContext } from "node:test";

import { createAccess } from "../../check/google-access.ts";
import { createRest } from "../../cli/google/rest.ts";
import type { Connection } from "../../cli/stack/connect.ts";
import { stackOf } from "../../cli/stack/stack.ts";
import { createPublisher } from "../../functions/google/publisher.ts";
import type { BucketServer } from "../../local/bucket/bucket-server.ts";
import { startBucketServer } from "../../local/bucket/bucket-server.ts";
import { CLOUD_NAMES } from "../../local/cloud-names.ts";
import { startMonitoring } from "../../local/monitoring/monitoring-server.ts";
import type { PubSub, PubSubOptions } from "../../local/pubsub/pubsub-server.ts";
import { startPubSub } from "../../local/pubsub/pubsub-server.ts";
import { OUTPUTS_OF_LOCAL_CLOUD, type RunningCloud } from "../../local/run/running-cloud.ts";
import { createProgramPubSub } from "./program-pubsub.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** What an operator's commands talk to, in this process: services, but no functions. */
export interface OperatorCloud {
  readonly connection: Connection;
  readonly pubsub: PubSub;
  readonly bucket: BucketServer;
  readonly services: RunningCloud["services"];
}

/**
 * Buckets, topics and subscriptions as a stack has them, with nobody behind: what is pushed to the
 * functions in a stack waits to be pulled by the test.
 */
export async function startOperatorCloud(
  t: TestContext,
  options: PubSubOptions & { readonly signal?: AbortSignal } = {},
): Promise<OperatorCloud> {
  const pubsub = await startPubSub(options);
  t.after(() => pubsub.stop());
  await createProgramPubSub(pubsub, "");
  const bucket = await startBucketServer({
    folder: path.join(await temporaryFolder(t), "buckets"),
    buckets: [CLOUD_NAMES.landingBucket, CLOUD_NAMES.receiptsBucket],
  });
  t.after(() => bucket.stop());
  const monitoring = await startMonitoring((subscription) => {
    const { ready, outstanding, backingOff } = pubsub.stats(subscription);
    return ready + outstanding + backingOff;
  });
  t.after(() => monitoring.stop());

  const services = {
    storageUrl: bucket.url,
    pubsubUrl: pubsub.url,
    monitoringUrl: monitoring.url,
  };
  const connection = connectionTo(services, options.signal ?? new AbortController().signal);
  return { connection, pubsub, bucket, services };
}

/** What `connect` gives for `--local`. */
export function connectionTo(local: RunningCloud["services"], signal: AbortSignal): Connection {
  const about = { title: "the cloud of a test", origin: "Those of a test", local };
  const stack = stackOf(OUTPUTS_OF_LOCAL_CLOUD, about);
  const google = createAccess({ project: stack.project, local });
  return {
    stack,
    google,
    rest: createRest({ google, isLocal: true, signal }),
    publish: createPublisher(google),
    monitoringUrl: local.monitoringUrl,
    signal,
  };
}
