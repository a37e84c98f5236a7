import net from "node:net";
import tls from "node:tls";

import { AxiosError, CanceledError } from "axios";

import {
  createResponseReader,
  type ResponseReader,
  type ResponseReaderOptions,
  type DirectResponse,
} from "./response-reader.ts";

/** A kept connection to one origin. */
export interface DirectConnection {
  /**
   * Sends `request` (its whole text) and reads the response; one request at a time. Aborting `signal` ends both.
   *
   * @throws AxiosError, UnknownLengthError; the connection is closed then
   */
  exchange(request: string, options: ExchangeOptions): Promise<DirectResponse>;
  isOpen(): boolean;
  /** While it is idle it does not keep the process alive. */
  rest(): void;
  close(): void;
}

export interface ExchangeOptions extends Omit<ResponseReaderOptions, "scratch"> {
  readonly signal: AbortSignal;
}

/** Heads of Google's responses have one or two KiB. */
const SCRATCH_BYTES = 64 * 1024;

/**
 * Connects to the origin of `url`. The system writes what it received directly to where it belongs: Node's own client
 * allocates 64 KiB for each piece it reads, and copies it twice, which costs more than all else that is done with most
 * objects, and makes V8 collect garbage all the time.
 */
export function connectDirectly(url: URL): DirectConnection {
  const scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
  let exchange: Exchange | undefined;

  const finish = (settle: (current: Exchange) => void): void => {
    const current = exchange;
    exchange = undefined;
    if (current !== undefined) settle(current);
  };
  const fail = (error: Error): void => {
    socket.destroy();
    finish(({ reject }) => {
      reject(error);
    });
  };
  const socket = openSocket(url, {
    // Asked for after each piece: before the first piece of a response, which begins with its head.
    buffer: () => exchange?.reader.target() ?? scratch,
    callback: (length) => {
      try {
        if (exchange === undefined) throw brokenOff();
        const response = exchange.reader.advance(length);
        if (response === undefined) return true;
        if (!response.isReusable) socket.destroy();
        finish(({ resolve }) => {
          resolve(response);
        });
      } catch (error) {
        fail(error instanceof Error ? error : new Error(String(error)));
      }
      return true;
    },
  });
  socket.on("error", (error: NodeJS.ErrnoException) => {
    fail(new AxiosError(error.message, error.code));
  });
  socket.on("close", () => {
    fail(brokenOff());
  });

  return {
    exchange: async (request, { signal, ...options }) => {
      const onAbort = (): void => {
        fail(new CanceledError());
      };
      signal.addEventListener("abort", onAbort, { once: true });
      try {
        return await new Promise<DirectResponse>((resolve, reject) => {
          exchange = { reader: createResponseReader({ ...options, scratch }), resolve, reject };
          if (signal.aborted) onAbort();
          else if (socket.destroyed) fail(brokenOff());
          else socket.ref().write(request);
        });
      } finally {
        signal.removeEventListener("abort", onAbort);
      }
    },
    isOpen: () => !socket.destroyed && !socket.readableEnded,
    rest: () => void socket.unref(),
    close: () => socket.destroy(),
  };
}

/** A request that is under way. */
interface Exchange {
  readonly reader: ResponseReader;
  readonly resolve: (response: DirectResponse) => void;
  readonly reject: (error: Error) => void;
}

function openSocket(url: URL, onread: net.OnReadOpts): net.Socket {
  // An IPv6 address has brackets in a URL and nowhere else.
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const isSecure = url.protocol === "https:";
  const port = url.port === "" ? (isSecure ? 443 : 80) : Number(url.port);
  const options = { host, port, noDelay: true, keepAlive: true, onread };
  if (!isSecure) return net.connect(options);
  const servername = net.isIP(host) === 0 ? { servername: host } : {};
  return tls.connect({ ...options, ...servername, ALPNProtocols: ["http/1.1"] });
}

function brokenOff(): AxiosError {
  return new AxiosError("the connection broke off", "ECONNRESET");
}
