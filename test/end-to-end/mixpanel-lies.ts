import zlib from "node:zlib";

import { say, twist, type Lie } from "./lying-proxy.ts";

const encoded = (encoding: string, encode: (body: Buffer) => Buffer): Lie =>
  twist(({ headers, body }) => ({
    headers: { ...headers, "content-encoding": encoding },
    body: encode(body),
  }));

/** The true response with other fields in its JSON. */
const withFields = (fields: Readonly<Record<string, unknown>>): Lie =>
  twist(({ body }) => ({
    body: Buffer.from(
      JSON.stringify({ ...(JSON.parse(body.toString("utf8")) as object), ...fields }),
    ),
  }));

const twistBody = (change: (text: string) => string): Lie =>
  twist(({ body }) => ({ body: Buffer.from(change(body.toString("utf8"))) }));

/** The headers promise more than comes before the connection ends. */
const brokenBody = (headers: Readonly<Record<string, string>>): Lie => {
  return async (response, pass) => {
    const { body } = await pass();
    response.writeHead(200, { "content-type": "application/json", ...headers });
    response.write(body.subarray(0, 20), () => response.destroy());
  };
};

/** Raw bytes in the place of an HTTP response. */
const rawBytes =
  (text: string): Lie =>
  (response) => {
    response.socket?.end(text);
  };

/** Responses to /import that must not be believed, nor taken for a refusal of the events. */
export const PASSING_LIES: Readonly<Record<string, Lie>> = {
  "200 of HTML": say(200, "<html>busy</html>", { "content-type": "text/html" }),
  "200 without a body": say(200, ""),
  "200 of null": say(200, "null"),
  "200 of an array": say(200, "[]"),
  "200 that says nothing": say(200, "{}"),
  "200 of half its JSON": twistBody((text) => text.slice(0, text.length / 2)),
  "a count that is a text": twistBody((text) =>
    text.replace(/"num_records_imported":(\d+)/, '"num_records_imported":"$1"'),
  ),
  "a count that is larger than what was sent": withFields({ num_records_imported: 1_000_000 }),
  "a count below zero": withFields({ num_records_imported: -1 }),
  "a count that is no number": withFields({ num_records_imported: null }),
  "201": say(201, '{"code":201,"num_records_imported":1,"status":"OK"}'),
  "204": say(204, ""),
  "206": twist(() => ({ status: 206 })),
  "304": say(304, ""),
  "302 to another place": say(302, "", { location: "http://127.0.0.1:9/import" }),
  "408": say(408, ""),
  "500 of JSON": say(500, '{"code":200,"num_records_imported":1,"status":"OK"}'),
  "a body that ends too early": brokenBody({ "content-length": "1000" }),
  "chunks that break off": brokenBody({ "transfer-encoding": "chunked" }),
  "no HTTP at all": rawBytes("SSH-2.0-OpenSSH_9.6\r\n"),
  "headers without an end": rawBytes(`HTTP/1.1 200 OK\r\nx: ${"y".repeat(100_000)}`),
  "400 with rows of another request": say(
    400,
    JSON.stringify({
      code: 400,
      num_records_imported: 0,
      failed_records: [
        { index: 5000, insert_id: "other", field: "properties.time", message: "no" },
      ],
    }),
  ),
};

/** True responses in an encoding, whatever was asked for. */
export const ENCODED_RESPONSES: Readonly<Record<string, Lie>> = {
  gzip: encoded("gzip", zlib.gzipSync),
  deflate: encoded("deflate", zlib.deflateSync),
  br: encoded("br", zlib.brotliCompressSync),
};

const dribble: Lie = (response) => {
  response.writeHead(200, { "content-type": "application/json" });
  const timer = setInterval(() => response.write(" "), 200);
  response.on("close", () => {
    clearInterval(timer);
  });
};
const flood: Lie = (response) => {
  const megabyte = Buffer.alloc(1024 * 1024, " ");
  response.writeHead(200, { "content-type": "application/json" });
  const pour = (left: number): void => {
    if (left === 0 || response.destroyed) response.end();
    else response.write(megabyte, () => setImmediate(pour, left - 1));
  };
  pour(100);
};
const bomb = zlib.gzipSync(Buffer.alloc(200 * 1024 * 1024, " "));
/** Responses without an end, or of more than any request can be about. */
export const ENDLESS_RESPONSES: Readonly<Record<string, Lie>> = {
  "a byte now and then": dribble,
  "100 MB": flood,
  "200 MB of blanks in 200 kB of gzip": say(200, bomb, {
    "content-type": "application/json",
    "content-encoding": "gzip",
  }),
};
