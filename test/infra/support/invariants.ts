import type { ProgramRun } from "./run-program.ts";
import { PROJECT_ID, record, TOKEN } from "./run-program.ts";
import { isSecret } from "../../../local/deployment/program/secrets.ts";
import type { Registration } from "./registrations.ts";

/** What must hold in every configuration, by name; each returns the offenders. */
export const INVARIANTS: Readonly<Record<string, (run: ProgramRun) => string[]>> = {
  "nothing is public": ({ registrations }) =>
    offenders(registrations, ({ inputs }) => text(inputs["member"]).startsWith("all")),

  "there are no keys of service accounts": ({ registrations }) =>
    offenders(registrations, ({ type }) => type.includes("serviceaccount/key")),

  "policies are only added to, never replaced": ({ registrations }) =>
    offenders(registrations, ({ type }) => /iam(Policy|Binding)$/i.test(type)),

  "roles on the whole project are the builder's two": ({ registrations }) => {
    const onProject = registrations.filter(
      ({ type }) => type === "gcp:projects/iAMMember:IAMMember",
    );
    return offenders(onProject, ({ inputs }) => {
      const role = text(inputs["role"]);
      const limited = record(inputs["condition"])["expression"] !== undefined;
      return !(
        role === "roles/logging.logWriter" ||
        (role === "roles/storage.objectViewer" && limited)
      );
    });
  },

  "nobody is owner, editor or admin": ({ registrations }) =>
    offenders(registrations, ({ inputs }) => /owner|editor|admin/i.test(text(inputs["role"]))),

  "the token is in one input, marked secret": ({ registrations }) =>
    offenders(
      registrations,
      ({ rawInputs, type }) =>
        containsPlain(rawInputs, TOKEN) ||
        (JSON.stringify(rawInputs).includes(TOKEN) &&
          type !== "gcp:secretmanager/secretVersion:SecretVersion"),
    ),

  "no output holds the token": ({ outputs }) =>
    Object.keys(outputs).filter((key) => JSON.stringify(outputs[key] ?? "").includes(TOKEN)),

  "the token reaches functions by a pinned secret version only": ({ registrations }) =>
    offenders(functionsOf(registrations), ({ inputs }) => {
      const service = record(inputs["serviceConfig"]);
      const [secret] = Object.values(record(service["secretEnvironmentVariables"]));
      const inPlain = "MIXPANEL_TOKEN" in record(service["environmentVariables"]);
      const version = text(record(secret)["version"]);
      return (
        inPlain ||
        record(secret)["key"] !== "MIXPANEL_TOKEN" ||
        version === "latest" ||
        version === ""
      );
    }),

  "functions are reachable from inside only": ({ registrations }) =>
    offenders(
      functionsOf(registrations),
      ({ inputs }) => record(inputs["serviceConfig"])["ingressSettings"] !== "ALLOW_INTERNAL_ONLY",
    ),

  "functions have a whole vCPU and an account of their own": ({ registrations }) => {
    const accounts = new Set<unknown>();
    return offenders(functionsOf(registrations), ({ inputs, dependencies }) => {
      const service = record(inputs["serviceConfig"]);
      const account =
        dependencies.find((urn) => urn.endsWith("identity-account")) ??
        service["serviceAccountEmail"];
      const shared = account === undefined || accounts.has(account);
      accounts.add(account);
      return shared || service["availableCpu"] !== "1";
    });
  },

  "every push subscription has a dead letter, authentication and the longest deadline": ({
    registrations,
  }) =>
    offenders(ofType(registrations, "gcp:pubsub/subscription:Subscription"), ({ inputs }) => {
      const push = record(inputs["pushConfig"]);
      if (inputs["pushConfig"] === undefined) return false;
      return (
        inputs["deadLetterPolicy"] === undefined ||
        push["oidcToken"] === undefined ||
        inputs["ackDeadlineSeconds"] !== 600
      );
    }),

  "no subscription expires": ({ registrations }) =>
    offenders(
      ofType(registrations, "gcp:pubsub/subscription:Subscription"),
      ({ inputs }) => record(inputs["expirationPolicy"])["ttl"] !== "",
    ),

  "every own topic has a subscription": ({ registrations }) => {
    const subscribed = ofType(registrations, "gcp:pubsub/subscription:Subscription").flatMap(
      ({ propertyDependencies }) => propertyDependencies["topic"] ?? [],
    );
    return offenders(
      ofType(registrations, "gcp:pubsub/topic:Topic"),
      ({ urn }) => !subscribed.includes(urn),
    );
  },

  "buckets are closed, uniform and cleaned of unfinished uploads": ({ registrations }) =>
    offenders(ofType(registrations, "gcp:storage/bucket:Bucket"), ({ inputs }) => {
      const rules = JSON.stringify(inputs["lifecycleRules"]);
      return (
        inputs["publicAccessPrevention"] !== "enforced" ||
        inputs["uniformBucketLevelAccess"] !== true ||
        !rules.includes("AbortIncompleteMultipartUpload")
      );
    }),

  "only receipts are written by a function": ({ registrations }) =>
    offenders(ofType(registrations, "gcp:storage/bucketIAMMember:BucketIAMMember"), (binding) => {
      const writes = text(binding.inputs["role"]) !== "roles/storage.objectViewer";
      const isUploader = binding.name.includes("-uploader-");
      return writes && !isUploader && !binding.name.endsWith("-may-write-receipts");
    }),

  "whatever has a fixed name and can be replaced is deleted first": ({ registrations }) =>
    offenders(
      registrations.filter(({ type }) => /:(Function|Subscription|Repository)$/.test(type)),
      ({ deleteBeforeReplace }) => !deleteBeforeReplace,
    ),

  "everything is inside the component": ({ registrations }) =>
    offenders(registrations, ({ parent, name }) => parent === "" && name !== "mixpanel-import"),

  "no two resources share a name": ({ registrations }) => {
    const urns = registrations.map(({ urn }) => urn);
    return urns.filter((urn, index) => urns.indexOf(urn) !== index);
  },

  "the project is never guessed": ({ registrations }) =>
    offenders(
      ofType(registrations, "gcp:projects/iAMMember:IAMMember"),
      ({ inputs }) => inputs["project"] !== PROJECT_ID,
    ),
};

/** The functions among the registrations. */
export function functionsOf(registrations: readonly Registration[]): Registration[] {
  return ofType(registrations, "gcp:cloudfunctionsv2/function:Function");
}

export function ofType(registrations: readonly Registration[], type: string): Registration[] {
  return registrations.filter((registration) => registration.type === type);
}

function offenders(
  registrations: readonly Registration[],
  isWrong: (registration: Registration) => boolean,
): string[] {
  return registrations.filter(isWrong).map(({ name }) => name);
}

/** Whether `needle` is somewhere in `value` outside a secret. */
function containsPlain(value: unknown, needle: string): boolean {
  if (isSecret(value)) return false;
  if (typeof value === "string") return value.includes(needle);
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some((item) => containsPlain(item, needle));
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
