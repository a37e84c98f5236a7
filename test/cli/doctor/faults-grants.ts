import type { Planted } from "./faults-before.ts";
import { policy } from "./healthy.ts";
import { refusal, type Reply } from "./stand-in.ts";

const invoke = "dev-import-object:getIamPolicy";
const ofProject = "/crm/v3/projects/my-project:getIamPolicy";
const invoker = "serviceAccount:invoker@my-project.iam.gserviceaccount.com";

const bindings = (role: string, members: readonly string[], expression?: string): object => ({
  bindings: [{ role, members, ...(expression !== undefined && { condition: { expression } }) }],
});

/** What was changed, and what finds it. */
const CHANGED: readonly (readonly [
  fault: string,
  id: string,
  replies: Readonly<Record<string, Reply>>,
  detail: RegExp,
  status?: "failed" | "warning" | "unknown",
])[] = [
  [
    "a grant that is missing",
    "grants",
    { "dev-objects:getIamPolicy": policy("roles/pubsub.subscriber", "somebody") },
    /gcp-sa-pubsub.* lacks roles\/pubsub\.(subscriber|publisher)/,
  ],
  [
    "a bucket that may not announce",
    "grants",
    { "topics/mixpanel-import-dev-objects:getIam": policy("roles/pubsub.publisher", "object") },
    /gs-project-accounts.* lacks roles\/pubsub\.publisher on topic mixpanel-import-dev-objects/,
  ],
  [
    "Pub/Sub that may not call as the invoker",
    "grants",
    { ":getIamPolicy": {}, "serviceAccounts/invoker": {} },
    /gcp-sa-pubsub.* lacks roles\/iam\.serviceAccountTokenCreator on account invoker/,
  ],
  [
    "a grant that is over",
    "grants",
    {
      [invoke]: bindings(
        "roles/run.invoker",
        [invoker],
        "request.time < timestamp('2020-01-01T00:00:00Z')",
      ),
    },
    /invoker@.* lacks roles\/run\.invoker on function/,
  ],
  [
    "a grant with a condition",
    "grants",
    { [invoke]: bindings("roles/run.invoker", [invoker], 'resource.name == "x"') },
    /invoker@.* is not known to have roles\/run\.invoker.* only while resource\.name == "x"/,
    "warning",
  ],
  [
    "an account that was deleted",
    "grants",
    { [invoke]: bindings("roles/run.invoker", [`deleted:${invoker}?uid=1`]) },
    /invoker@.* lacks roles\/run\.invoker/,
  ],
  [
    "anybody may call",
    "grants",
    { [invoke]: bindings("roles/run.invoker", [invoker, "allUsers"]) },
    /anybody has roles\/run\.invoker on function mixpanel-import-dev-import-object/,
    "warning",
  ],
  [
    "nobody but anybody may call",
    "grants",
    { [invoke]: bindings("roles/run.invoker", ["allAuthenticatedUsers"]) },
    /^anybody has roles\/run\.invoker on function/,
    "warning",
  ],
  [
    "a role of one's own",
    "grants",
    { "/b/landing/iam": policy("projects/my-project/roles/reader", "object") },
    /object@.* is not known to have roles\/storage\.objectViewer on bucket landing: it has projects/,
    "warning",
  ],
  [
    "owners",
    "grants",
    { "/b/landing/iam": {}, [ofProject]: policy("roles/owner", "object") },
    /object@.* is not known to have .*roles\/owner/,
    "warning",
  ],
  [
    "a role that comes by a group",
    "grants",
    { "/b/landing/iam": bindings("roles/storage.objectViewer", ["group:data@example.com"]) },
    /if it belongs to group:data@example\.com/,
    "warning",
  ],
  [
    "a policy that may not be read, beside one that is on the project",
    "grants",
    {
      "/b/landing/iam": refusal(403),
      "subscriptions/mixpanel-import-dev-objects:getIamPolicy": {},
      [ofProject]: policy("roles/pubsub.subscriber", "pubsub"),
    },
    /could not check all: .*landing.*403/,
    "unknown",
  ],
  [
    "an account that is disabled",
    "accounts",
    { "serviceAccounts/invoker@my-project.iam.gserviceaccount.com": { disabled: true } },
    /invoker@my-project.* is disabled/,
  ],
  [
    "an account that is gone",
    "accounts",
    { "serviceAccounts/messages@my-project.iam.gserviceaccount.com": refusal(404) },
    /there is no account messages@my-project/,
  ],
];

const REMEDIES: Readonly<Record<string, RegExp>> = {
  "anybody may call": /take allUsers/,
  "nobody but anybody may call": /take allUsers/,
  "a policy that may not be read, beside one that is on the project": /docs\/permissions\.md/,
  "an account that is disabled": /service-accounts enable invoker@my-project/,
};

/** Of who may do what. */
export const FAULTS_OF_GRANTS: readonly Planted[] = CHANGED.map(
  ([fault, id, replies, detail, status = "failed"]) => ({
    ...{ fault, id, given: { replies }, detail, status },
    remedy: REMEDIES[fault] ?? /pulumi up --refresh/,
  }),
);
