import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, realpathSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import path from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";

/** Google's Pub/Sub emulator (https://cloud.google.com/pubsub/docs/emulator), reached by its REST interface. */
export interface PubSubEmulator {
  /** `127.0.0.1:PORT`, for PUBSUB_EMULATOR_HOST. */
  readonly host: string;
  /** Creates a topic or a subscription. */
  create(name: string, settings?: object): Promise<void>;
  /** Publishes texts, each as one message. */
  publish(topic: string, ...texts: readonly string[]): Promise<void>;
  /** Takes what is there off a subscription, waiting until `count` messages have come. */
  pull(subscription: string, count: number): Promise<readonly EmulatorMessage[]>;
}

export interface EmulatorMessage {
  readonly text: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const LAUNCHER = path.join("platform", "pubsub-emulator", "bin", "cloud-pubsub-emulator");
/** Where packages and Google's installer put the Cloud SDK. */
const SDK_ROOTS = [
  "/usr/lib/google-cloud-sdk",
  "/opt/google-cloud-sdk",
  "/usr/share/google-cloud-sdk",
];
const READY_WITHIN_MS = 30_000;
const PULL_WITHIN_MS = 60_000;

/** Path of the emulator's launcher, or why there is none. */
export function findPubSubEmulator(): { readonly launcher: string } | { readonly missing: string } {
  try {
    execFileSync("java", ["-version"], { stdio: "ignore" });
  } catch {
    return { missing: "Java is not installed" };
  }
  const onPath = (process.env["PATH"] ?? "").split(path.delimiter);
  const besideGcloud = onPath
    .map((folder) => path.join(folder, "gcloud"))
    .filter((file) => existsSync(file))
    .map((file) => path.dirname(path.dirname(realpathSync(file))));
  const candidates = [
    ...onPath.map((folder) => path.join(folder, "cloud-pubsub-emulator")),
    ...[...besideGcloud, ...SDK_ROOTS].map((root) => path.join(root, LAUNCHER)),
  ];
  const launcher = candidates.find((file) => existsSync(file));
  return launcher === undefined
    ? { missing: "Google's Pub/Sub emulator is not installed" }
    : { launcher };
}

/** Starts the emulator; it ends after the test. */
export async function startPubSubEmulator(
  t: TestContext,
  launcher: string,
): Promise<PubSubEmulator> {
  const port = await freePort();
  // The launcher replaces itself by java, so that its process id is the emulator's.
  const child = spawn(launcher, ["--host=127.0.0.1", `--port=${port}`], { stdio: "ignore" });
  const exited = once(child, "exit");
  t.after(async () => {
    child.kill("SIGKILL");
    await exited;
  });
  const host = `127.0.0.1:${port}`;
  await untilReady(`http://${host}/`);
  return createClient(host);
}

function createClient(host: string): PubSubEmulator {
  const call = async (method: string, resource: string, body: object): Promise<unknown> => {
    const response = await fetch(`http://${host}/v1/${resource}`, {
      method,
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${resource}: ${response.status} ${await response.text()}`);
    return await response.json();
  };
  return {
    host,
    create: async (name, settings = {}) => {
      await call("PUT", name, settings);
    },
    publish: async (topic, ...texts) => {
      const messages = texts.map((text) => ({ data: Buffer.from(text).toString("base64") }));
      await call("POST", `${topic}:publish`, { messages });
    },
    pull: async (subscription, count) => {
      const taken: EmulatorMessage[] = [];
      const giveUpAt = performance.now() + PULL_WITHIN_MS;
      while (taken.length < count) {
        if (performance.now() > giveUpAt)
          throw new Error(`${subscription}: ${taken.length} of ${count} messages came`);
        const received = await call("POST", `${subscription}:pull`, { maxMessages: 100 });
        const { messages, ackIds } = readPulled(received);
        if (ackIds.length > 0) await call("POST", `${subscription}:acknowledge`, { ackIds });
        taken.push(...messages);
      }
      return taken;
    },
  };
}

function readPulled(received: unknown) {
  // What the emulator answers is what the tests look at.
  const { receivedMessages = [] } = received as {
    receivedMessages?: {
      ackId: string;
      message: { data?: string; attributes?: Record<string, string> };
    }[];
  };
  return {
    ackIds: receivedMessages.map(({ ackId }) => ackId),
    messages: receivedMessages.map(({ message: { data = "", attributes = {} } }) => ({
      text: Buffer.from(data, "base64").toString("utf8"),
      attributes,
    })),
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function untilReady(url: string): Promise<void> {
  const giveUpAt = performance.now() + READY_WITHIN_MS;
  for (;;) {
    const isReady = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isReady) return;
    if (performance.now() > giveUpAt) throw new Error("The Pub/Sub emulator did not start.");
    await delay(50);
  }
}
