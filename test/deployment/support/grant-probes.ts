import type { Deployment } from "../../../local/deployment/deployment.ts";
import type { GrantedRole } from "../../../local/deployment/policy.ts";
import type { SupervisedFunction } from "../../../local/functions/supervised-function.ts";
import type { Resource } from "../../../local/deployment/resource.ts";
import { until } from "../../support/until.ts";
import type { Step } from "../../../local/deployment/program/deploy-program.ts";
import type { HurriedTimers } from "./hurried-timers.ts";
import { withInput } from "./with-input.ts";
import { type Addresses, base64, eventOf, isImported } from "./traffic.ts";

/** A deployed program whose grants are taken away one by one. */
export interface Probed {
  readonly deployment: Deployment;
  readonly to: Addresses;
  readonly timers: HurriedTimers;
  readonly steps: readonly Step[];
}

/** Does one thing that the stack is for. @returns what came of it, in a line */
export type Probe = (probed: Probed) => Promise<string>;

/** Of everything that goes well. */
export const DONE = "done";

let probes = 0;

/** A number, for names that nothing else here has. */
function next(): number {
  probes += 1;
  return probes;
}

export const PROBES = {
  /** Imports a file with a record that becomes a dead letter. */
  file: async ({ deployment, to }) => {
    const { received } = deployment.pubsub.stats(to.objectsSubscription);
    await upload(deployment, to, [eventOf(`file-${next()}`), "no record"]);
    if (deployment.pubsub.stats(to.objectsSubscription).received === received)
      return "the file is not announced";
    return settledOrRefused(deployment, to.objectsSubscription);
  },
  /** Imports a message, and one that becomes a dead letter. */
  message: async ({ deployment, to }) => {
    const texts = [eventOf(`message-${next()}`), "no message"];
    deployment.pubsub.publish(
      to.eventsTopic,
      texts.map((text) => ({ data: base64(text) })),
    );
    return settledOrRefused(deployment, to.eventsSubscription);
  },
  /** Interrupts the import of a file after its first event: a continuation has to be published. */
  continuation: async ({ deployment, to }) => {
    const { simulator, functions, pubsub } = deployment;
    const before = pubsub.stats(to.objectsSubscription).received;
    const after = `after-${next()}`;
    simulator.setFaults([{ kind: "status", status: 401, match: { event: "Interrupted" } }]);
    await upload(deployment, to, [eventOf(`before-${next()}`), eventOf(after, "Interrupted")]);
    const outcome = await Promise.race([
      settledOrRefused(deployment, to.objectsSubscription),
      until(
        () => pubsub.stats(to.objectsSubscription).received > before + 1,
        "a continuation",
      ).then(() => DONE),
    ]);
    simulator.setFaults([]);
    // It would believe for half a minute that the token is wrong.
    await restart(functions.get(to.importObject)?.process);
    if (outcome === DONE)
      await until(() => isImported(deployment, after), "the rest of the file that was interrupted");
    return outcome;
  },
  objectGivenUp: async (probed) => {
    const { deployment, to } = probed;
    return givenUp(probed, to.importObject, to.objectsSubscription, () =>
      upload(deployment, to, [eventOf(`object-given-up-${next()}`)]),
    );
  },
  messageGivenUp: async (probed) => {
    const { deployment, to } = probed;
    return givenUp(probed, to.importMessages, to.eventsSubscription, () =>
      deployment.pubsub.publish(to.eventsTopic, [{ data: base64(eventOf(`given-up-${next()}`)) }]),
    );
  },
  importObjectDeployed: (probed) => deployed(probed, "import-object-function"),
  importMessagesDeployed: (probed) => deployed(probed, "import-messages-function"),
  /** As the account that the tests' configuration names. */
  uploaded: async ({ deployment, to }) => {
    const { storage } = await deployment.addressesOf(UPLOADER);
    const url = `${storage}/upload/storage/v1/b/${to.landingBucket}/o?uploadType=media&name=upload`;
    return textOf(await fetch(url, { method: "POST", body: eventOf(`uploaded-${next()}`) }));
  },
  published: async ({ deployment, to }) => {
    const { pubsub } = await deployment.addressesOf(PUBLISHER);
    const messages = [{ data: base64(eventOf(`published-${next()}`)) }];
    const body = JSON.stringify({ messages });
    const url = `http://${pubsub}/v1/${to.eventsTopic}:publish`;
    return textOf(await fetch(url, { method: "POST", body }));
  },
} as const satisfies Readonly<Record<string, Probe>>;

export const UPLOADER = "uploader@acme-data.iam.gserviceaccount.com";
export const PUBLISHER = "publisher@acme-data.iam.gserviceaccount.com";

async function upload(
  { bucket }: Deployment,
  { landingBucket }: Addresses,
  lines: readonly string[],
): Promise<void> {
  await bucket.put(landingBucket, `probe-${next()}.ndjson`, Buffer.from(lines.join("\n")));
}

/** Resolves when the next process listens: what comes before is refused. */
async function restart(running: SupervisedFunction | undefined): Promise<void> {
  const before = running?.restarts() ?? 0;
  running?.kill();
  await until(() => running === undefined || running.restarts() > before, "another process");
}

/** Waits until a delivery is refused, or everything is settled. */
async function settledOrRefused({ pubsub }: Deployment, name: string): Promise<string> {
  const { refused } = pubsub.stats(name);
  const isRefused = (): boolean => pubsub.stats(name).refused > refused;
  const isSettled = (): boolean => {
    const { ready, outstanding, backingOff } = pubsub.stats(name);
    return ready + outstanding + backingOff === 0;
  };
  await until(() => isRefused() || isSettled(), `${name} settled or refused`);
  const failure = pubsub.stats(name).lastFailure;
  return isRefused() ? `${failure?.status ?? ""} ${failure?.text ?? ""}` : DONE;
}

/** Lets every delivery to a function fail, and waits for what Pub/Sub does after the last one. */
async function givenUp(
  { deployment, timers }: Probed,
  functionName: string,
  subscription: string,
  send: () => unknown,
): Promise<string> {
  const { pubsub, policy, functions } = deployment;
  const service = functions.get(functionName)?.service ?? "";
  const invokers = policy.grants().filter(({ resource }) => resource === service);
  const before = pubsub.stats(subscription);
  for (const invoker of invokers) policy.remove(invoker);
  timers.hurry(100_000);
  try {
    await send();
    await until(() => {
      const { deadLettered, deliveries } = pubsub.stats(subscription);
      return deadLettered > before.deadLettered || deliveries - before.deliveries > 100;
    }, "every attempt over");
    const isForwarded = pubsub.stats(subscription).deadLettered > before.deadLettered;
    return isForwarded ? DONE : "it stays in the subscription, and is tried again";
  } finally {
    timers.hurry(HURRY);
    for (const invoker of invokers) policy.add(invoker);
  }
}

/** So much faster than in earnest: an ack deadline is a second then, a first backoff 20 ms. */
export const HURRY = 500;

/** Makes a function once more, under another name. */
async function deployed({ deployment, steps }: Probed, name: string): Promise<string> {
  const { resource } = find(steps, `mixpanel-import-${name}`);
  try {
    const another = `another-${next()}`;
    await deployment.deploy({ ...withInput(resource, ["name"], another), name: another });
    return DONE;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function find(steps: readonly Step[], name: string): { readonly resource: Resource } {
  const found = steps.find(({ resource }) => resource.name === name);
  if (found === undefined) throw new Error(`The program makes no ${name}.`);
  return found;
}

async function textOf(response: Response): Promise<string> {
  const text = await response.text();
  return response.ok ? DONE : `${response.status} ${text}`;
}

/** What a probe shows while a grant is missing; afterwards everything goes on by itself. */
export async function probeWithout(
  probed: Probed,
  grant: GrantedRole,
  probe: Probe,
): Promise<string> {
  const { policy } = probed.deployment;
  policy.remove(grant);
  try {
    return await probe(probed);
  } finally {
    policy.add(grant);
    await probed.deployment.idle();
  }
}
