import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { test } from "node:test";

import { confirm } from "../../../cli/terminal/confirm.ts";

const { signal } = new AbortController();

function terminal(): PassThrough & { isTTY: true } {
  return Object.assign(new PassThrough(), { isTTY: true as const });
}

for (const [typed, isYes] of [
  ["y\n", true],
  [" YES \n", true],
  ["\n", false],
  ["yup\n", false],
  ["n\n", false],
] as const)
  test(`${JSON.stringify(typed)} means ${isYes ? "yes" : "no"}`, async () => {
    const input = terminal();
    const output = terminal();
    const asked = confirm({ question: "Send?", yes: false, input, output, signal });
    input.write(typed);
    assert.equal(await asked, isYes);
    assert.match(String(output.read()), /Send\? \[y\/N\] /);
  });

test("the end of the input means no", async () => {
  const input = terminal();
  const asked = confirm({ question: "Send?", yes: false, input, output: terminal(), signal });
  input.end();
  assert.equal(await asked, false);
});

test("Ctrl-C ends the question", async () => {
  const controller = new AbortController();
  const asked = confirm({
    ...{ question: "Send?", yes: false, input: terminal(), output: terminal() },
    signal: controller.signal,
  });
  controller.abort();
  await assert.rejects(asked, { name: "AbortError" });
});

test("--yes is not asked; a pipe without it is refused", async () => {
  const input = new PassThrough();
  const output = new PassThrough();
  const options = { question: "Send?", input, output, signal };
  assert.equal(await confirm({ ...options, yes: true }), true);
  await assert.rejects(() => confirm({ ...options, yes: false }), {
    exitCode: 2,
    message: /--yes/,
  });
  assert.equal(output.read(), null);
});
