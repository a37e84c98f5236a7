import assert from "node:assert/strict";
import { describe, it } from "node:test";

import fc from "fast-check";

import { BucketError } from "../../../local/bucket/bucket-error.ts";
import { parseMultipartBody } from "../../../local/bucket/multipart-body.ts";

const BOUNDARY = "===============4172==";

interface Sent {
  readonly newline: string;
  readonly content: Uint8Array;
  readonly resource?: string;
  /** Behind the last delimiter. */
  readonly end?: string;
}

function multipartBody({ newline, content, resource = "{}", end = "" }: Sent): Buffer {
  const headers = ["MIME-Version: 1.0", "Content-Transfer-Encoding: binary"];
  const first = [`--${BOUNDARY}`, "Content-Type: application/json", ...headers, "", resource];
  const second = [`--${BOUNDARY}`, "Content-Type: text/csv", ...headers, "", ""];
  return Buffer.concat([
    Buffer.from([...first, ...second].join(newline)),
    content,
    Buffer.from(`${newline}--${BOUNDARY}--${end}`),
  ]);
}

async function* inChunks(body: Buffer, chunkBytes: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < body.length; start += chunkBytes)
    yield await Promise.resolve(body.subarray(start, start + chunkBytes));
}

async function parse(body: Buffer, chunkBytes = 16_384) {
  const upload = await parseMultipartBody(inChunks(body, chunkBytes));
  const content: Uint8Array[] = [];
  for await (const piece of upload.content) content.push(Uint8Array.from(piece));
  return { ...upload, content: Buffer.concat(content) };
}

function refused(error: unknown): boolean {
  return error instanceof BucketError && error.status === 400;
}

describe("parseMultipartBody", () => {
  const newlines = ["\n", "\r\n"] as const;

  it("returns the bytes that were sent, in whatever pieces they arrive", async () => {
    // Bytes that delimiters are made of, so that many contents look nearly like one.
    const tricky = fc.constantFrom(...Buffer.from("\r\n-=41"));
    const content = fc.array(fc.oneof(tricky, fc.nat(255)), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(
        content,
        fc.constantFrom(...newlines),
        fc.integer({ min: 1, max: 400 }),
        async (bytes, newline, chunkBytes) => {
          const body = multipartBody({ newline, content: Uint8Array.from(bytes), end: newline });
          const upload = await parse(body, chunkBytes);
          assert.deepEqual([...upload.content], bytes);
        },
      ),
    );
  });

  for (const newline of newlines)
    for (const last of ["\r", "\n", "\r\n", "\n\n", "-"])
      it(`keeps a last ${JSON.stringify(last)} when lines end with ${JSON.stringify(newline)}`, async () => {
        const upload = await parse(multipartBody({ newline, content: Buffer.from(`data${last}`) }));

        assert.equal(upload.content.toString(), `data${last}`);
      });

  it("returns the first part's text and the second part's type", async () => {
    const resource = '{"name":"größe\\n.csv"}';
    const upload = await parse(
      multipartBody({ newline: "\n", content: Buffer.from("x"), resource }),
      7,
    );

    assert.deepEqual([upload.resource, upload.contentType], [resource, "text/csv"]);
  });

  it("refuses a body without its closing delimiter", async () => {
    const body = multipartBody({ newline: "\r\n", content: Buffer.from("data") });

    await assert.rejects(parse(body.subarray(0, -3)), refused);
  });

  it("refuses a body that is not multipart", async () => {
    await assert.rejects(parse(Buffer.from('{"name":"x"}')), refused);
    await assert.rejects(parse(Buffer.alloc(0)), refused);
  });

  it("refuses a first part over 1 MiB", async () => {
    const resource = JSON.stringify({ name: "x".repeat(1_200_000) });
    const body = multipartBody({ newline: "\n", content: Buffer.from("x"), resource });

    await assert.rejects(parse(body), refused);
  });
});
