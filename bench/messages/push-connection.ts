import net from "node:net";
import { once } from "node:events";

/**
 * One connection that is kept alive, with one request at a time: less work for the client than
 * `node:http`.
 */
export interface PushConnection {
  /**
   * Posts a body and returns the response's status. @throws Error when the connection ends before
   */
  post(body: string): Promise<number>;
  close(): void;
}

const HEADERS_END = "\r\n\r\n";

export async function openPushConnection(url: string): Promise<PushConnection> {
  const { hostname, port } = new URL(url);
  const socket = net.connect(Number(port), hostname);
  await once(socket, "connect");
  socket.setNoDelay(true).setEncoding("latin1");
  let received = "";
  let settle: { resolve: (status: number) => void; reject: (error: Error) => void } | undefined;

  socket.on("data", (chunk: string) => {
    received += chunk;
    const status = statusOfWhole(received);
    if (status === undefined) return;
    received = "";
    settle?.resolve(status);
  });
  const fail = (): void => settle?.reject(new Error("The connection ended without a response."));
  socket.on("error", fail);
  socket.on("close", fail);

  return {
    post: (body) =>
      new Promise((resolve, reject) => {
        settle = { resolve, reject };
        socket.write(
          `POST / HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/json\r\n` +
            `Content-Length: ${Buffer.byteLength(body)}${HEADERS_END}${body}`,
        );
      }),
    close: () => socket.destroy(),
  };
}

/** Undefined as long as the response is not whole. */
function statusOfWhole(text: string): number | undefined {
  const headersEnd = text.indexOf(HEADERS_END);
  if (headersEnd === -1) return undefined;
  const length = /\r\ncontent-length: (\d+)/i.exec(text.slice(0, headersEnd))?.[1] ?? "0";
  const bodyStart = headersEnd + HEADERS_END.length;
  return text.length < bodyStart + Number(length) ? undefined : Number(text.slice(9, 12));
}
