import { Worker } from "node:worker_threads";

import type { RecordGroup, RecordPreparer } from "./prepare-record.ts";

/** Longer than `RECORD_LIMIT_MS`: where that limit holds, nothing is left to watch. */
const LIMIT_SECONDS = 10;
/** An object's name has at most 1,024 bytes, its bucket's 222. */
const NAME_BYTES = 1272;
const NAME_START = 8;

/**
 * A thread of its own sees what the process cannot, being busy: that it is within the same record
 * for seconds. It says so and ends the process: the platform starts another one, and Pub/Sub
 * delivers again what was in it. Plain text, since a bundle is one file; its output is written
 * directly, as a worker's console goes through the thread that is busy.
 */
const WATCH = `
const { workerData: { memory, limit } } = require("node:worker_threads");
const { writeSync } = require("node:fs");
const state = new Int32Array(memory, 0, 2);
let last = 0;
let seconds = 0;
setInterval(() => {
  const now = Atomics.load(state, 0);
  seconds = (now & 1) === 1 && now === last ? seconds + 1 : 0;
  last = now;
  if (seconds < limit) return;
  const bytes = Buffer.from(new Uint8Array(memory, ${NAME_START}));
  const [kind, name] = bytes.toString("utf8", 0, bytes.indexOf(0)).split("\\n");
  const line = { severity: "CRITICAL", message: "The transform does not return", [kind]: name, line: state[1], seconds };
  // A pipe that is full takes nothing, and the process has to end all the same.
  try { writeSync(1, JSON.stringify(line) + "\\n"); } catch {}
  process.kill(process.pid, "SIGKILL");
}, 1000);
`;

/**
 * The preparer, watched: costs two writes to memory for each record, where a time limit would start
 * a thread for each message.
 */
export function watchPreparer(preparer: RecordPreparer): RecordPreparer {
  const memory = new SharedArrayBuffer(NAME_START + NAME_BYTES);
  // Odd while a record is in work, and another number for each; then its line.
  const state = new Int32Array(memory, 0, 2);
  const name = Buffer.from(memory, NAME_START);
  new Worker(WATCH, { eval: true, workerData: { memory, limit: LIMIT_SECONDS } }).unref();
  let named: RecordGroup | undefined;
  return {
    usesScan: preparer.usesScan,
    prepare: (record, group, scanned) => {
      if (group !== named) {
        named = group;
        writeName(name, group.source.contextOf(record));
      }
      state[1] = record.line;
      state[0] = (state[0] ?? 0) + 1;
      try {
        return preparer.prepare(record, group, scanned);
      } finally {
        state[0]++;
      }
    },
    // Idle would be taken for work, and the instance ended for it.
    interrupted: () => {
      state[0] = (state[0] ?? 0) + 1;
    },
  };
}

function writeName(name: Buffer, context: ReturnType<RecordGroup["source"]["contextOf"]>): void {
  const text =
    context.source === "message"
      ? `messageId\n${context.messageId}`
      : `object\n${context.bucket}/${context.object}`;
  const end = name.write(text, 0, NAME_BYTES - 1, "utf8");
  name[end] = 0;
}
