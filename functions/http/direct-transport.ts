import { validateHeaderValue } from "node:http";

import type { InternalAxiosRequestConfig } from "axios";

import { UnknownLengthError, type DirectResponse } from "./response-reader.ts";
import {
  connectDirectly,
  type DirectConnection,
  type ExchangeOptions,
} from "./direct-connection.ts";

/**
 * Sends a GET request whose answer is read into memory of the caller's.
 *
 * @returns undefined when the response has to be read in another way
 * @throws AxiosError
 */
export type DirectTransport = (
  config: InternalAxiosRequestConfig,
  options: ExchangeOptions,
) => Promise<DirectResponse | undefined>;

/** An instance without CPU does not see how its connections end; a connection of that age may be one of those. */
const MAX_IDLE_MS = 30_000;

interface IdleConnection {
  readonly origin: string;
  readonly connection: DirectConnection;
  readonly since: number;
}

/** Keeps at most `maxIdle` connections. `now` in milliseconds. */
export function createDirectTransport(maxIdle: number, now: () => number): DirectTransport {
  const idle: IdleConnection[] = [];
  /** Origins whose answers do not say how long they are: asking them twice for each would be a waste. */
  const unsuitable = new Set<string>();

  const take = (url: URL): DirectConnection => {
    for (let last = idle.pop(); last !== undefined; last = idle.pop()) {
      const { connection, origin, since } = last;
      const isFresh = connection.isOpen() && now() - since <= MAX_IDLE_MS;
      if (isFresh && origin === url.origin) return connection;
      connection.close();
    }
    return connectDirectly(url);
  };
  const giveBack = (connection: DirectConnection, origin: string): void => {
    connection.rest();
    if (idle.length < maxIdle) idle.push({ connection, origin, since: now() });
    else connection.close();
  };

  return async (config, options) => {
    const url = new URL(config.url ?? "");
    if (unsuitable.has(url.origin)) return undefined;
    const request = requestText(url, config);
    const connection = take(url);
    try {
      const response = await connection.exchange(request, options);
      if (response.isReusable) giveBack(connection, url.origin);
      return response;
    } catch (error) {
      connection.close();
      if (!(error instanceof UnknownLengthError)) throw error;
      unsuitable.add(url.origin);
      return undefined;
    }
  };
}

function requestText(url: URL, { headers }: InternalAxiosRequestConfig): string {
  const lines = Object.entries(headers.toJSON(true)).map(([name, value]) => {
    validateHeaderValue(name, value);
    return `${name}: ${value}\r\n`;
  });
  return `GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\n${lines.join("")}\r\n`;
}
