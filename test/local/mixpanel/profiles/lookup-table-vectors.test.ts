import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";

import { csvRows } from "../../../../local/mixpanel/lookup-tables/csv-rows.ts";
import type { Simulator } from "../../../../local/mixpanel/simulator.ts";
import { basic, NOW_MS } from "../import-client.ts";
import { start, vector } from "../vector-test.ts";

const ACCOUNT = { user: "importer", secret: "s3cret", role: "admin" } as const;
const PROJECT = { id: "42", token: "t", serviceAccounts: [ACCOUNT] };
const TABLE = { id: "0a1b", name: "Songs" };
const OK = { code: 200, status: "OK" };

const startWithTable = () => start({ projects: [{ ...PROJECT, lookupTables: [TABLE] }] });

async function request(
  { url }: Simulator,
  method: string,
  path: string,
  csv?: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): Promise<{ readonly status: number; readonly json: unknown }> {
  const response = await fetch(`${url}/lookup-tables${path}?project_id=42`, {
    method,
    headers: {
      authorization: basic(ACCOUNT.user, ACCOUNT.secret),
      "content-type": "text/csv",
      ...headers,
    },
    ...(csv === undefined ? {} : { body: new Uint8Array(Buffer.from(csv)) }),
  });
  return { status: response.status, json: await response.json() };
}

describe("/lookup-tables", () => {
  vector(47, "D", "replaces a table, or lists ten bad rows and replaces nothing", async () => {
    const simulator = await startWithTable();
    const good = 'id,title\r\n1,"One, two"\r\n2,Three\r\n';
    assert.deepEqual((await request(simulator, "PUT", "/0a1b", good)).json, OK);
    const gzip = { "content-encoding": "gzip" };
    assert.deepEqual((await request(simulator, "PUT", "/0a1b", gzipSync(good), gzip)).json, OK);

    const rows = [",blank", "1,a", "1,b", "2", ...Array.from({ length: 8 }, () => ",blank")];
    const bad = await request(simulator, "PUT", "/0a1b", ["id,title", ...rows].join("\n"));
    assert.equal(bad.status, 400);
    assert.ok(typeof bad.json === "object" && bad.json !== null && "failed_records" in bad.json);
    assert.ok(Array.isArray(bad.json.failed_records));
    assert.equal(bad.json.failed_records.length, 10);
    assert.deepEqual(bad.json.failed_records.slice(0, 3), [
      { index: 0, message: "primary key is required and cannot be blank" },
      { index: 2, message: "invalid row: row indexes 1 and 2 have the same primary key" },
      { index: 3, message: "invalid row: wrong number of fields" },
    ]);
    assert.deepEqual(simulator.lookupTables(), [{ ...TABLE, rows: 2 }]);
  });

  vector(
    48,
    "D",
    "refuses an unknown table, a large one, and the 101st call of a day",
    async () => {
      const simulator = await startWithTable();
      const unknown = await request(simulator, "PUT", "/none", "id,b\n1,2\n");
      assert.equal(unknown.status, 404);
      assert.match(JSON.stringify(unknown.json), /Lookup table with id 'none' was not found\./);
      simulator.setSwitches({ maxTableBytes: 10 });
      assert.equal((await request(simulator, "PUT", "/0a1b", "id,b\n1,234\n")).status, 413);
      for (let call = 2; call < 100; call += 1)
        assert.equal((await request(simulator, "PUT", "/0a1b", "id,b\n1,2\n")).status, 200);
      assert.equal((await request(simulator, "PUT", "/0a1b", "id,b\n1,2\n")).status, 429);
      simulator.clock.set(NOW_MS + 86_400_000);
      assert.equal((await request(simulator, "PUT", "/0a1b", "id,b\n1,2\n")).status, 200);
    },
  );

  vector(49, "O", "lists tables, null where there are none", async () => {
    const listed = async (simulator: Simulator) => {
      const { json } = await request(simulator, "GET", "");
      await simulator.stop();
      return json;
    };
    assert.deepEqual(await listed(await start({ projects: [PROJECT] })), { ...OK, results: null });
    assert.deepEqual(await listed(await startWithTable()), { ...OK, results: [TABLE] });
  });

  it("refuses who is not known, and other methods", async () => {
    const simulator = await startWithTable();
    const nobody = { authorization: basic("nobody", "x") };
    assert.equal((await request(simulator, "PUT", "/0a1b", "id,b\n", nobody)).status, 401);
    assert.equal((await request(simulator, "POST", "/0a1b", "id,b\n")).status, 404);
  });
});

describe("rows of CSV", () => {
  const cases: readonly (readonly [text: string, rows: unknown])[] = [
    ["", []],
    [
      "a,b\n1,2",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "a,b\r\n1,\r\n",
      [
        ["a", "b"],
        ["1", ""],
      ],
    ],
    ['"a ""quote"", and\nline",b', [['a "quote", and\nline', "b"]]],
    ["a,", [["a", ""]]],
    ['"open', undefined],
    ['"a"b', undefined],
  ];
  for (const [text, rows] of cases)
    it(JSON.stringify(text), () => {
      assert.deepEqual(csvRows(text), rows);
    });
});
