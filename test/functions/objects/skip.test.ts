import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { createSkip } from "../../../functions/objects/skip.ts";

const skip = createSkip([], []);

describe("an object that is not imported", () => {
  it("is a folder, whatever its size", () => {
    for (const size of [0, 5, undefined]) assert.equal(skip("logs/", size), "a folder");
  });

  it("is empty", () => {
    assert.equal(skip("a.json", 0), "empty");
  });

  it("is a part of an upload of gcloud or gsutil", () => {
    for (const name of [
      "gcloud/tmp/parallel_composite_uploads/see_gcloud_storage_cp_help_for_details/1_ab_0",
      "gsutil/tmp/parallel_composite_uploads/for_details_see/gsutil_help_cp/ab_0",
      "12345/gsutil/tmp/parallel_composite_uploads/for_details_see/gsutil_help_cp/ab_0",
    ])
      assert.equal(skip(name, 5), "a part of an upload", name);
  });

  it("is none that only looks like one of these", () => {
    for (const name of [
      "gcloud/tmp/a.json",
      "my-gcloud/tmp/parallel_composite_uploads/a",
      "x/gcloud/tmp/parallel_composite_uploads/a",
      "agsutil/tmp/parallel_composite_uploads/a",
      "parallel_composite_uploads/a.json",
      "a.json",
      ".hidden",
      "folder/ ",
    ]) {
      assert.equal(skip(name, 5), undefined, name);
      assert.equal(skip(name, undefined), undefined, name);
    }
  });

  it("matches none of the globs to include, or one of those to exclude", () => {
    const only = createSkip(["logs/**", "*.{json,ndjson}"], ["**/*.tmp", "logs/secret/**"]);
    for (const [name, reason] of [
      ["logs/a", undefined],
      ["logs/a/b/c.json.gz", undefined],
      ["logs/.hidden/.a", undefined],
      ["logs//a", undefined],
      ["a.json", undefined],
      [".a.ndjson", undefined],
      ["ü b#?[1].json", undefined],
      ["a.csv", "not matching"],
      ["x/a.json", "not matching"],
      ["Logs/a", "not matching"],
      ["logs/a.tmp", "not matching"],
      ["logs/secret/a", "not matching"],
    ] as const)
      assert.equal(only(name, 5), reason, name);
  });

  it("is excluded though everything is included", () => {
    assert.equal(createSkip([], ["*.bak"])("a.bak", 5), "not matching");
    assert.equal(createSkip([], ["*.bak"])("a.json", 5), undefined);
  });
});
