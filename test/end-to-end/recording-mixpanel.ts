import type { IncomingHttpHeaders } from "node:http";
import { gunzipSync } from "node:zlib";

import { listenOnLoopback, readBody } from "../../local/http-server.ts";
import { startSimulator, type SimulatorOptions } from "../../local/mixpanel/simulator.ts";

/** A simulator that remembers every request it was sent, also those it refused or broke off. */
export interface RecordingMixpanel {
  readonly url: string;
  readonly token: string;
  /** Method, address, headers and inflated body of each. */
  readonly requests: readonly string[];
  stop(): Promise<void>;
}

export async function startRecordingMixpanel(
  options: SimulatorOptions,
): Promise<RecordingMixpanel> {
  const simulator = await startSimulator(options);
  const requests: string[] = [];
  const server = await listenOnLoopback(async (request, response) => {
    const body = await readBody(request);
    const { method = "", url = "", headers } = request;
    const text = headers["content-encoding"] === "gzip" ? gunzipSync(body) : body;
    requests.push(`${method} ${url} ${JSON.stringify(headers)}\n${text.toString("utf8")}`);
    try {
      const answer = await fetch(`${simulator.url}${url}`, {
        method,
        headers: passedOn(headers),
        body: new Uint8Array(body),
      });
      response.writeHead(answer.status, { "content-type": "application/json" });
      response.end(await answer.text());
    } catch {
      // The simulator broke off, so this one does too.
      response.destroy();
    }
  });
  return {
    url: server.url,
    token: simulator.token,
    requests,
    stop: async () => {
      await server.stop();
      await simulator.stop();
    },
  };
}

function passedOn(headers: IncomingHttpHeaders): Record<string, string> {
  const names = ["authorization", "content-type", "content-encoding", "user-agent"];
  return Object.fromEntries(names.map((name) => [name, String(headers[name] ?? "")]));
}
