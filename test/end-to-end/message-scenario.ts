import http from "node:http";

import { CLOUD_NAMES } from "../../local/cloud-names.ts";
import { listenOnLoopback, readBody } from "../../local/http-server.ts";
import type { LogLine } from "../../local/functions/log-lines.ts";
import type { Simulator } from "../../local/mixpanel/simulator.ts";
import { event, pushEnvelope } from "../support/factories.ts";
import type { DeadLetter, TestCloud } from "../support/local-cloud.ts";

/** The cloud's Mixpanel. */
export function mixpanelOf(cloud: TestCloud): Simulator {
  return cloud.simulator;
}

/** An event called `name` with an id of its own, as JSON. */
export function eventText(name: string, index: number, more: Record<string, unknown> = {}): string {
  const properties = { time: 1_760_000_000 + index, $insert_id: `${name}-${index}`, ...more };
  return JSON.stringify(event({ event: name, properties }));
}

/** Events of a name that Mixpanel shows, duplicates hidden, and how many it has stored. */
export function shownOf(cloud: TestCloud, name: string): { distinct: number; stored: number } {
  const counts = mixpanelOf(cloud)
    .counts()
    .filter((count) => count.event === name);
  return {
    distinct: counts.reduce((sum, { distinct }) => sum + distinct, 0),
    stored: counts.reduce((sum, { stored }) => sum + stored, 0),
  };
}

export function linesWith(cloud: TestCloud, message: string): readonly LogLine[] {
  return cloud.lines.filter((line) => line.message === message);
}

/** What a direct request to importMessages was answered. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** A request of any kind to importMessages. */
export function requestMessages(
  cloud: TestCloud,
  body: string | Buffer,
  options: { readonly method?: string; readonly contentType?: string } = {},
): Promise<Answer> {
  const { method = "POST", contentType = "application/json" } = options;
  const headers = { "content-type": contentType, "content-length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    // Every request has its own connection, so that any number of them are there at once.
    const request = http.request(cloud.functions.importMessages.url, {
      method,
      headers,
      agent: false,
    });
    request.on("error", reject);
    request.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, text });
      });
      response.on("error", reject);
    });
    request.end(body);
  });
}

/** Pushes one message at importMessages, beside Pub/Sub, and returns the response. */
export function push(
  cloud: TestCloud,
  message: Parameters<typeof pushEnvelope>[0],
): Promise<Answer> {
  return requestMessages(cloud, JSON.stringify(pushEnvelope(message)));
}

/** How many of the answers have each status. */
export function countStatuses(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** Dead letters as text and attributes, sorted by their text. */
export function readable(
  deadLetters: readonly DeadLetter[],
): { text: string; attributes: DeadLetter["attributes"] }[] {
  return deadLetters
    .map(({ data, attributes }) => ({ text: data.toString("utf8"), attributes }))
    .sort((a, b) => (a.text < b.text ? -1 : 1));
}

/**
 * A Pub/Sub in front of the cloud's, for the functions: it counts publish requests and can refuse
 * them.
 */
export interface PublishGate {
  /** `127.0.0.1:PORT`, for PUBSUB_EMULATOR_HOST. */
  readonly host: string;
  /** Texts of the messages in each publish request, those refused included. */
  readonly requests: readonly (readonly string[])[];
  /** Decides over the next ones: the status to refuse a request with. */
  refuse(decide: (texts: readonly string[]) => number | undefined): void;
  /** Where requests are passed on to. */
  forward(url: string): void;
  stop(): Promise<void>;
}

export async function startPublishGate(): Promise<PublishGate> {
  const requests: string[][] = [];
  let decide: (texts: readonly string[]) => number | undefined = () => undefined;
  let target = "";
  const server = await listenOnLoopback(async (request, response) => {
    const body = await readBody(request);
    // What the publisher wrote is what is looked at.
    const { messages } = JSON.parse(body.toString("utf8")) as { messages: { data: string }[] };
    const texts = messages.map(({ data }) => Buffer.from(data, "base64").toString("utf8"));
    requests.push(texts);
    const status = decide(texts);
    if (status !== undefined) {
      response.writeHead(status, { "content-type": "application/json" }).end("{}");
      return;
    }
    const forwarded = await fetch(`${target}${request.url ?? ""}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: new Uint8Array(body),
    });
    response.writeHead(forwarded.status, { "content-type": "application/json" });
    response.end(await forwarded.text());
  });
  return {
    host: `127.0.0.1:${server.port}`,
    requests,
    refuse: (decision) => {
      decide = decision;
    },
    forward: (url) => {
      target = url;
    },
    stop: () => server.stop(),
  };
}

/** Publishes messages with attributes on the events topic. */
export function publishWith(
  cloud: TestCloud,
  attributes: Readonly<Record<string, string>>,
  ...texts: readonly string[]
): string[] {
  const messages = texts.map((text) => ({
    data: Buffer.from(text).toString("base64"),
    attributes: { ...attributes },
  }));
  return cloud.pubsub.publish(CLOUD_NAMES.eventsTopic, messages);
}
