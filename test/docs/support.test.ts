import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { problemOf } from "./support/cloud-commands.ts";
import { fencesOf, proseOf } from "./support/fences.ts";
import { anchorsOf, linksOf } from "./support/links.ts";

const PAGE = `# A page

1. In a list:

   \`\`\`sh
   echo [a](b)
     indented
   \`\`\`

<!-- file: some/where.ts -->

\`\`\`ts
# no heading
\`\`\`

See [one](#a-page), \`[code](none)\` and [two](<docs/two.md#x> "title").

[three]: three.md
`;

describe("a page's parts", () => {
  it("are blocks with their place, their file, and without the list's indentation", () => {
    assert.deepEqual(fencesOf(PAGE), [
      { language: "sh", lines: ["echo [a](b)", "  indented"], firstLine: 6, file: undefined },
      { language: "ts", lines: ["# no heading"], firstLine: 13, file: "some/where.ts" },
    ]);
    assert.throws(() => fencesOf("\n```sh\necho"), /line 2: the block is not closed/);
  });

  it("are links of the prose, not of code", () => {
    assert.deepEqual(linksOf(proseOf(PAGE)), ["#a-page", "docs/two.md#x", "three.md"]);
  });

  it("are anchors as GitHub makes them", () => {
    assert.deepEqual([...anchorsOf(proseOf(PAGE))], ["a-page"]);
    const headings =
      "## What is, and isn't?\n## `code` [link](x)\n## Twice\n## Twice\n### 1. Über_uns";
    assert.deepEqual(
      [...anchorsOf(headings)],
      ["what-is-and-isnt", "code-link", "twice", "twice-1", "1-über_uns"],
    );
  });
});

describe("a command of the cloud", () => {
  const cases: readonly [string, string | undefined][] = [
    ["pulumi up", undefined],
    ["pulumi upgrade", "not a command that pages may have: pulumi upgrade"],
    ["pulumi up --yes", "--yes is not known: pulumi up --yes"],
    ["pulumi config set maxInstances 10", undefined],
    ["pulumi config set maxInstances 0", "not a value of maxInstances: 0"],
    ["pulumi config set mixpanelRegion asia", "not a value of mixpanelRegion: asia"],
    ["pulumi config set --path includeObjects[0] web/**", undefined],
    ["pulumi config set --secret mixpanelToken", undefined],
    ["pulumi config set mixpanelTokn x", "not a key of the configuration: mixpanelTokn"],
    ["pulumi stack output bucketUrl --stack web", undefined],
    ["pulumi stack output bucket", "not an output: bucket"],
    ["gcloud services enable run.googleapis.com", "--project is missing: "],
    ["gcloud storage rm gs://b/o", "not a command that pages may have: "],
  ];
  for (const [call, problem] of cases)
    it(call, () => {
      const found = problemOf(call.split(" "));
      if (problem === undefined) assert.equal(found, undefined);
      else assert.ok(found?.startsWith(problem), found);
    });
});
