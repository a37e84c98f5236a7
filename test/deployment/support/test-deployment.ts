import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { type Deployment, startDeployment } from "../../../local/deployment/deployment.ts";
import type { Deployed } from "../../../local/deployment/resource.ts";
import { PROJECT_ID, TOKEN } from "../../infra/support/run-program.ts";
import { PUBLISHER, UPLOADER } from "./grant-probes.ts";
import { createHurriedTimers, type HurriedTimers } from "./hurried-timers.ts";
import type { Addresses } from "./traffic.ts";

export interface TestDeployment {
  readonly deployment: Deployment;
  readonly timers: HurriedTimers;
  /** Ends everything and removes its files. */
  stop(): Promise<void>;
}

/** An empty project, whose Mixpanel accepts the planted token. */
export async function startTestDeployment(): Promise<TestDeployment> {
  const folder = await mkdtemp(path.join(tmpdir(), "mixpanel-gcp-deployment-"));
  const timers = createHurriedTimers();
  const deployment = await startDeployment({
    project: PROJECT_ID,
    projectNumber: "42",
    folder,
    mixpanel: { token: TOKEN },
    pubsub: { timers },
    now: () => timers.now(),
    existing: { accounts: [UPLOADER, PUBLISHER] },
  });
  return {
    deployment,
    timers,
    stop: async () => {
      await deployment.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Where a user of the stack puts things, and looks for them; by the program's logical names. */
export function addressesIn(made: ReadonlyMap<string, Deployed>): Addresses {
  const id = (name: string): string => {
    const found = made.get(`mixpanel-import-${name}`);
    if (found === undefined) throw new Error(`The program makes no ${name}.`);
    return found.id;
  };
  return {
    landingBucket: id("landing-bucket"),
    receiptsBucket: id("receipts"),
    eventsTopic: id("events-topic"),
    deadLetterSubscription: id("dead-letters-subscription"),
    objectsSubscription: id("import-object-push-subscription"),
    eventsSubscription: id("import-messages-push-subscription"),
    importObject: id("import-object-function").replace(/^.*\//, ""),
    importMessages: id("import-messages-function").replace(/^.*\//, ""),
  };
}
