import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";

import { logToStdout, type Log } from "../../../functions/platform/log.ts";

/** What logging `line` writes to stdout. */
function written(t: TestContext, ...line: Parameters<Log>): string {
  const texts: string[] = [];
  const write = t.mock.method(process.stdout, "write", (text: string) => {
    texts.push(text);
    return true;
  });
  logToStdout(...line);
  write.mock.restore();
  return texts.join("");
}

describe("a log line", () => {
  it("is one JSON object with what Cloud Logging looks for", (t) => {
    const text = written(t, "WARNING", "Object skipped", { object: "a.json", size: 3 });
    assert.equal(
      text,
      '{"severity":"WARNING","message":"Object skipped","object":"a.json","size":3}\n',
    );
  });

  it("needs no fields", (t) => {
    assert.equal(written(t, "INFO", "Started"), '{"severity":"INFO","message":"Started"}\n');
  });

  it("is one line, whatever is in its fields", (t) => {
    const text = written(t, "ERROR", "Failed", { error: 'two\nlines\r\n"quoted"\u2028' });
    assert.equal(text.indexOf("\n"), text.length - 1);
    assert.deepEqual(JSON.parse(text), {
      severity: "ERROR",
      message: "Failed",
      error: 'two\nlines\r\n"quoted"\u2028',
    });
  });
});
