import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";

import { startBucketServer, type BucketServer } from "../../../local/bucket/bucket-server.ts";
import { isOnPath } from "../../support/on-path.ts";
import { startedServer, temporaryFolder } from "./started-server.ts";

const run = promisify(execFile);

const hasGcloud = isOnPath("gcloud");
const hasGsutil = isOnPath("gsutil");

/** Above the 8 MiB from which gcloud uploads resumably. */
const LARGE = Buffer.alloc(9 * 1024 * 1024 + 1, "0123456789\r\n");

/** https://cloud.google.com/sdk/docs/properties; the address has to end with a slash. */
function environment(server: BucketServer, configFolder: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE: `${server.url}/`,
    CLOUDSDK_AUTH_DISABLE_CREDENTIALS: "true",
    CLOUDSDK_CORE_PROJECT: "local",
    CLOUDSDK_CONFIG: configFolder,
  };
}

describe("gsutil by its gcloud shim", { skip: hasGsutil ? false : "gsutil is not on PATH" }, () => {
  it("uploads, and prints ranges", { timeout: 120_000 }, async () => {
    const folder = await temporaryFolder();
    const server = await startedServer();
    const env = {
      ...environment(server, folder),
      CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE: `${server.url}/storage/v1/`,
    };
    const gsutil = async (...parameters: string[]): Promise<string> => {
      const shim = ["-o", "GSUtil:use_gcloud_storage=True"];
      return (await run("gsutil", [...shim, ...parameters], { env, cwd: folder })).stdout;
    };
    await writeFile(join(folder, "x.txt"), "0123456789");

    await gsutil("cp", "x.txt", "gs://landing/dir/");
    const printed = await gsutil("cat", "-r", "2-4", "gs://landing/dir/x.txt");

    assert.equal(printed, "234");
    assert.equal((await server.read("landing", "dir/x.txt")).toString(), "0123456789");
  });
});

describe(
  "gcloud storage",
  { skip: hasGcloud ? false : "gcloud is not on PATH", timeout: 300_000 },
  () => {
    let server: BucketServer;
    let folder: string;
    let env: NodeJS.ProcessEnv;

    before(async () => {
      folder = await mkdtemp(join(tmpdir(), "gcloud-"));
      server = await startBucketServer({ folder: join(folder, "objects"), buckets: ["landing"] });
      env = environment(server, join(folder, ".gcloud"));
      await writeFile(join(folder, "small.txt"), "small\r");
      await writeFile(join(folder, "large.bin"), LARGE);
      await writeFile(join(folder, "empty"), "");
    });

    after(async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    });

    const gcloud = async (...parameters: string[]): Promise<string> =>
      (await run("gcloud", ["storage", ...parameters], { env, cwd: folder })).stdout;

    it("copies small, large, empty and compressed files up, and down as they were", async () => {
      await gcloud("cp", "small.txt", "large.bin", "empty", "gs://landing/up/");
      await gcloud("cp", "--gzip-local-all", "large.bin", "gs://landing/up/packed.bin");
      await mkdir(join(folder, "down"));
      await gcloud("cp", "gs://landing/up/*", "down/");

      assert.ok((await server.read("landing", "up/large.bin")).equals(LARGE));
      assert.equal(await readFile(join(folder, "down/small.txt"), "utf8"), "small\r");
      assert.ok((await readFile(join(folder, "down/large.bin"))).equals(LARGE));
      assert.equal(await readFile(join(folder, "down/empty"), "utf8"), "");
      assert.equal(server.stat("landing", "up/packed.bin")?.contentEncoding, "gzip");
      assert.ok((await readFile(join(folder, "down/packed.bin"))).equals(LARGE));
    });

    it("prints objects and ranges of them", async () => {
      await server.put("landing", "cat/x", Buffer.from("0123456789"));

      assert.equal(await gcloud("cat", "gs://landing/cat/x"), "0123456789");
      assert.equal(await gcloud("cat", "-r", "-3", "gs://landing/cat/x"), "789");
    });

    it("lists and describes", async () => {
      const { generation } = await server.put("landing", "ls/ü 1.txt", Buffer.from("12345"));
      await server.put("landing", "ls/deep/2.txt", Buffer.from("1"));

      const listing = await gcloud("ls", "gs://landing/ls/");
      assert.deepEqual(listing.trim().split("\n").sort(), [
        "gs://landing/ls/deep/",
        "gs://landing/ls/ü 1.txt",
      ]);
      assert.match(await gcloud("ls", "gs://landing/ls/**"), /ls\/deep\/2\.txt/);
      const described = await gcloud("objects", "describe", "gs://landing/ls/ü 1.txt");
      assert.match(described, new RegExp(`generation: '${generation}'`));
      assert.match(await gcloud("buckets", "describe", "gs://landing"), /versioning_enabled: true/);
    });

    it("uploads with a precondition, which then fails", async () => {
      await gcloud("cp", "--if-generation-match=0", "small.txt", "gs://landing/once.txt");

      await assert.rejects(
        gcloud("cp", "--if-generation-match=0", "small.txt", "gs://landing/once.txt"),
        /pre-condition/i,
      );
    });

    it("uploads what is compressed on the way only as it is", async () => {
      await gcloud("cp", "--gzip-in-flight-all", "small.txt", "large.bin", "gs://landing/flight/");

      assert.equal((await server.read("landing", "flight/small.txt")).toString(), "small\r");
      assert.ok((await server.read("landing", "flight/large.bin")).equals(LARGE));
    });

    it("uploads in parallel parts that are composed", async () => {
      const property = "CLOUDSDK_STORAGE_PARALLEL_COMPOSITE_UPLOAD";
      env = {
        ...env,
        [`${property}_ENABLED`]: "True",
        [`${property}_THRESHOLD`]: "1M",
        [`${property}_COMPONENT_SIZE`]: "5M",
      };

      await gcloud("cp", "large.bin", "gs://landing/composed.bin");

      assert.equal(server.stat("landing", "composed.bin")?.componentCount, 2);
      assert.ok((await server.read("landing", "composed.bin")).equals(LARGE));
    });

    it("synchronises folders both ways, the second time without work", async () => {
      await mkdir(join(folder, "tree/sub"), { recursive: true });
      await writeFile(join(folder, "tree/a.txt"), "a");
      await writeFile(join(folder, "tree/sub/b.txt"), "b");

      await gcloud("rsync", "-r", "tree", "gs://landing/tree");
      const before = server.list("landing", "tree/").map(({ generation }) => generation);
      await gcloud("rsync", "-r", "tree", "gs://landing/tree");
      const after = server.list("landing", "tree/").map(({ generation }) => generation);
      await gcloud("rsync", "-r", "gs://landing/tree", "tree-down");

      assert.equal(before.length, 2);
      assert.deepEqual(after, before);
      assert.equal(await readFile(join(folder, "tree-down/sub/b.txt"), "utf8"), "b");
    });

    it("copies, moves and removes within the bucket", async () => {
      await server.put("landing", "in/x", Buffer.from("x"));

      await gcloud("cp", "gs://landing/in/x", "gs://landing/in/y");
      await gcloud("mv", "gs://landing/in/x", "gs://landing/in/z");
      const names = server.list("landing", "in/").map(({ name }) => name);
      await gcloud("rm", "-r", "gs://landing/in/");

      assert.deepEqual(names, ["in/y", "in/z"]);
      assert.deepEqual(server.list("landing", "in/"), []);
    });

    it("goes on with an upload after an outage", async () => {
      server.faults.set([
        { operation: "write", nth: 2, fault: { kind: "status", status: 503 } },
        { operation: "write", nth: 4, fault: { kind: "cut" } },
      ]);

      await gcloud("cp", "large.bin", "gs://landing/outage.bin");
      server.faults.set([]);

      assert.ok((await server.read("landing", "outage.bin")).equals(LARGE));
    });
  },
);
