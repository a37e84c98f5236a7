import assert from "node:assert/strict";
import { test } from "node:test";

import { readImportSettings } from "../../../cli/stack/import-settings.ts";
import { RefusedError } from "../../../cli/google/rest.ts";
import type { Connection } from "../../../cli/stack/connect.ts";
import { connectionToLists } from "../../support/fake-storage.ts";

/** A stack that is deployed, with functions that are listed in pages. */
function deployed(
  get: (url: URL) => Readonly<Record<string, unknown>>,
  importObjectFunction = "my-import-object",
): Connection {
  const connection = connectionToLists({});
  const read = (_what: string, url: string) =>
    new Promise<Readonly<Record<string, unknown>>>((resolve) => {
      resolve(get(new URL(url)));
    });
  return {
    ...connection,
    stack: { ...connection.stack, project: "p-1", importObjectFunction, local: undefined },
    rest: { ...connection.rest, get: read, post: read },
  };
}

function functionOf(name: string, serviceConfig: object) {
  return { name: `projects/p-1/locations/europe-west1/functions/${name}`, serviceConfig };
}

test("the function's own globs and half of its instances are used, wherever it is listed", async () => {
  const connection = deployed(({ pathname, searchParams }) => {
    assert.equal(pathname, "/v2/projects/p-1/locations/-/functions");
    if (searchParams.get("pageToken") === "")
      return { functions: [functionOf("not-my-import-object", {})], nextPageToken: "2" };
    const environmentVariables = {
      INCLUDE_OBJECTS: "history/**, *.{json,csv}",
      EXCLUDE_OBJECTS: "**/*.tmp",
    };
    return {
      functions: [functionOf("my-import-object", { maxInstanceCount: 7, environmentVariables })],
    };
  });
  const { skip, window, unknown } = await readImportSettings(connection);
  assert.deepEqual([window, unknown], [3, undefined]);
  assert.equal(skip("history/a.ndjson", 1), undefined);
  assert.equal(skip("a.csv", 1), undefined);
  assert.equal(skip("a.ndjson", 1), "not matching");
  assert.equal(skip("history/a.tmp", 1), "not matching");
});

test("few instances leave one object on its way, very many no more than this process can follow", async () => {
  const windowOf = async (maxInstanceCount: number | undefined) =>
    (
      await readImportSettings(
        deployed(() => ({ functions: [functionOf("my-import-object", { maxInstanceCount })] })),
      )
    ).window;
  assert.deepEqual(
    [await windowOf(1), await windowOf(20), await windowOf(1000), await windowOf(undefined)],
    [1, 10, 50, 10],
  );
});

test("what cannot be read is said, and nothing is left out", async () => {
  const refused = deployed(() => {
    throw new RefusedError("looking up the function was refused (403).", 403);
  });
  const cases = [
    [refused, /refused \(403\)/],
    [deployed(() => ({})), /there is no function my-import-object/],
    [deployed(() => ({}), ""), /importObjectFunction is missing/],
  ] as const;
  for (const [connection, expected] of cases) {
    const { skip, window, unknown } = await readImportSettings(connection);
    assert.match(unknown ?? "", expected);
    assert.deepEqual([skip("a.tmp", 1), skip("a/", 0), window], [undefined, "a folder", 10]);
  }
});
