import { createInputReader, type InputReader } from "./input-reader.ts";
import { DAY, MONITORING_RULES, type Rule } from "./monitoring-rules.ts";

/**
 * What the Google provider, or the API behind it, refuses: mocks accept anything. Taken from the
 * provider's schema (https://github.com/hashicorp/terraform-provider-google-beta) and the API
 * references named below.
 *
 * @returns what is wrong with the inputs of one resource, one sentence each
 */
export function validate(type: string, inputs: Readonly<Record<string, unknown>>): string[] {
  const check = new Map(Object.entries(RULES)).get(type);
  if (check === undefined) return [`no rules for ${type}: add them`];
  const problems: string[] = [];
  check(createInputReader(inputs, problems, ""));
  return problems;
}

const NAME = /^(?!goog)[A-Za-z][\w.~+%-]{2,254}$/;
const BUCKET = /^(?!goog)(?!.*google)[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/;

/** A key, which is where what it encrypts is (API). */
const KEY = /^projects\/[^/]+\/locations\/[a-z]+-[a-z]+\d\/keyRings\/[^/]+\/cryptoKeys\/[^/]+$/;
function keyIn(location: string, inputs: InputReader, key = "kmsKeyName"): void {
  if (!inputs.has(key)) return;
  inputs.matches(key, KEY);
  if (inputs.text(key).split("/")[3] !== location) inputs.note(`${key} is not in ${location}`);
}

const labels: Rule = (inputs) => {
  inputs.strings("labels");
};

const iamMember =
  (...keys: string[]): Rule =>
  (inputs) => {
    inputs.required(...keys, "role", "member");
    inputs.matches("role", /^roles\/[\w.]+$/);
    inputs.matches("member", /^(?!deleted)(.+:.+|allUsers|allAuthenticatedUsers)$/);
    inputs.block("condition", (condition) => {
      condition.required("title", "expression");
    });
  };

const bucket: Rule = (inputs) => {
  inputs.required("location");
  inputs.block("encryption", (block) => {
    keyIn(inputs.text("location"), block, "defaultKmsKeyName");
  });
  inputs.matches("name", BUCKET);
  inputs.oneOf("publicAccessPrevention", ["inherited", "enforced"]);
  inputs.block("versioning", (block) => {
    block.required("enabled");
  });
  inputs.block("softDeletePolicy", (block) => {
    if (block.text("retentionDurationSeconds") !== "0")
      block.between("retentionDurationSeconds", 7 * DAY, 90 * DAY);
  });
  inputs.each("lifecycleRules", (rule) => {
    rule.required("action", "condition");
    rule.block("action", (action) => {
      action.oneOf("type", ["Delete", "SetStorageClass", "AbortIncompleteMultipartUpload"]);
    });
    rule.block("condition", (condition) => {
      condition.oneOf("withState", ["LIVE", "ARCHIVED", "ANY", ""]);
    });
  });
  labels(inputs);
};

const topic: Rule = (inputs) => {
  inputs.block("messageStoragePolicy", (policy) => {
    policy.required("allowedPersistenceRegions");
  });
  inputs.matches("kmsKeyName", KEY);
  inputs.required("name");
  inputs.matches("name", NAME);
  labels(inputs);
};

const subscription: Rule = (inputs) => {
  inputs.required("topic");
  inputs.matches("name", NAME);
  inputs.matches("topic", /^projects\/[^/]+\/topics\/[^/]+$/);
  inputs.matches("filter", /^.{1,256}$/s);
  inputs.between("ackDeadlineSeconds", 10, 600);
  inputs.seconds("messageRetentionDuration", 600, 31 * DAY);
  inputs.atMostOne("pushConfig", "bigqueryConfig", "cloudStorageConfig");
  inputs.block("expirationPolicy", (block) => {
    block.required("ttl");
  });
  inputs.block("retryPolicy", (block) => {
    block.seconds("minimumBackoff", 0, 600);
    block.seconds("maximumBackoff", 0, 600);
  });
  inputs.block("deadLetterPolicy", (block) => {
    block.matches("deadLetterTopic", /^projects\/[^/]+\/topics\/[^/]+$/);
    block.between("maxDeliveryAttempts", 5, 100);
  });
  inputs.block("pushConfig", (push) => {
    push.required("pushEndpoint");
    push.matches("pushEndpoint", /^https:\/\/[^/]+$/);
    push.block("oidcToken", (token) => {
      token.required("serviceAccountEmail");
      // With "serviceAccount:" before it the API answers 500.
      token.matches("serviceAccountEmail", /^[^:@]+@[^:@]+$/);
    });
  });
  labels(inputs);
};

const cloudFunction: Rule = (inputs) => {
  inputs.required("location", "name");
  keyIn(inputs.text("location"), inputs);
  inputs.matches("name", /^[a-z]([-a-z0-9]{0,47}[a-z0-9])?$/);
  inputs.block("buildConfig", (build) => {
    build.required("runtime", "entryPoint", "source");
    build.strings("environmentVariables");
    build.matches("serviceAccount", /^projects\/[^/]+\/serviceAccounts\/[^/]+@[^/]+$/);
    build.matches("dockerRepository", /^projects\/[^/]+\/locations\/[^/]+\/repositories\/[^/]+$/);
  });
  inputs.block("serviceConfig", (service) => {
    service.oneOf("ingressSettings", [
      "ALLOW_ALL",
      "ALLOW_INTERNAL_ONLY",
      "ALLOW_INTERNAL_AND_GCLB",
    ]);
    service.atMostOne("vpcConnector", "directVpcNetworkInterfaces");
    service.oneOf("directVpcEgress", ["VPC_EGRESS_ALL_TRAFFIC", "VPC_EGRESS_PRIVATE_RANGES_ONLY"]);
    service.matches("availableCpu", /^[\d.]+$/);
    service.matches("availableMemory", /^\d+(k|M|G|Mi|Gi)?$/);
    service.between("timeoutSeconds", 1, 3600);
    service.between("maxInstanceRequestConcurrency", 1, 1000);
    // https://cloud.google.com/run/docs/configuring/cpu
    if (
      Number(service.text("availableCpu")) < 1 &&
      service.text("maxInstanceRequestConcurrency") !== "1"
    )
      service.note("less than 1 vCPU allows no concurrency");
    service.strings("environmentVariables");
    service.each("secretEnvironmentVariables", (secret) => {
      secret.required("key", "projectId", "secret", "version");
      secret.matches("secret", /^[\w-]{1,255}$/);
    });
  });
  labels(inputs);
};

const RULES: Readonly<Record<string, Rule>> = {
  "gcp:projects/service:Service": (inputs) => {
    inputs.required("service");
    inputs.matches("service", /^[a-z]+\.googleapis\.com$/);
    inputs.oneOf("disableOnDestroy", [false]);
  },
  "gcp:projects/serviceIdentity:ServiceIdentity": (inputs) => {
    inputs.required("service");
  },
  "gcp:storage/bucket:Bucket": bucket,
  "gcp:storage/bucketObject:BucketObject": (inputs) => {
    inputs.required("bucket");
    inputs.exactlyOne("content", "source");
  },
  "gcp:storage/notification:Notification": (inputs) => {
    inputs.required("bucket", "topic", "payloadFormat");
    inputs.oneOf("payloadFormat", ["JSON_API_V1", "NONE"]);
    // A bare name passes the provider and fails at the API.
    inputs.matches("topic", /^projects\/[^/]+\/topics\/[^/]+$/);
  },
  "gcp:pubsub/topic:Topic": topic,
  "gcp:pubsub/subscription:Subscription": subscription,
  "gcp:secretmanager/secret:Secret": (inputs) => {
    inputs.required("secretId", "replication");
    inputs.matches("secretId", /^[\w-]{1,255}$/);
    inputs.block("replication", (replication) => {
      replication.exactlyOne("auto", "userManaged");
      replication.block("userManaged", (managed) => {
        managed.each("replicas", (replica) => {
          replica.required("location");
          replica.block("customerManagedEncryption", (encryption) => {
            encryption.required("kmsKeyName");
            keyIn(replica.text("location"), encryption);
          });
        });
      });
    });
    labels(inputs);
  },
  "gcp:secretmanager/secretVersion:SecretVersion": (inputs) => {
    inputs.required("secret");
    inputs.exactlyOne("secretData", "secretDataWo");
  },
  "gcp:serviceaccount/account:Account": (inputs) => {
    inputs.required("accountId");
    inputs.matches("accountId", /^[a-z]([-a-z0-9]{4,28}[a-z0-9])$/);
    inputs.matches("displayName", /^.{0,100}$/);
  },
  "gcp:artifactregistry/repository:Repository": (inputs) => {
    inputs.required("format", "repositoryId", "location");
    keyIn(inputs.text("location"), inputs);
    inputs.matches("repositoryId", /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/);
    inputs.each("cleanupPolicies", (policy) => {
      policy.required("id");
      policy.oneOf("action", ["DELETE", "KEEP"]);
      policy.block("condition", (condition) => {
        condition.oneOf("tagState", ["TAGGED", "UNTAGGED", "ANY"]);
        condition.seconds("olderThan", 1, 3650 * DAY);
      });
    });
    labels(inputs);
  },
  "gcp:cloudfunctionsv2/function:Function": cloudFunction,
  "gcp:cloudrunv2/serviceIamMember:ServiceIamMember": iamMember("name", "location"),
  "gcp:pubsub/topicIAMMember:TopicIAMMember": iamMember("topic"),
  "gcp:pubsub/subscriptionIAMMember:SubscriptionIAMMember": iamMember("subscription"),
  "gcp:storage/bucketIAMMember:BucketIAMMember": iamMember("bucket"),
  "gcp:secretmanager/secretIamMember:SecretIamMember": iamMember("secretId"),
  "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember": iamMember(
    "repository",
    "location",
  ),
  "gcp:projects/iAMMember:IAMMember": iamMember("project"),
  "gcp:serviceaccount/iAMMember:IAMMember": (inputs) => {
    iamMember("serviceAccountId")(inputs);
    inputs.matches("serviceAccountId", /^projects\/[^/]+\/serviceAccounts\/[^/]+@[^/]+$/);
  },
  "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember": (inputs) => {
    iamMember("cryptoKeyId")(inputs);
    inputs.matches("cryptoKeyId", KEY);
  },
  ...MONITORING_RULES,
};
