import {
  type Check,
  type CheckContext,
  type Facts,
  failed,
  known,
  ok,
  type Outcome,
  type Resource,
  skipped,
  warning,
} from "./check.ts";
import { locationOf } from "./location.ts";
import { listOf, objectOf, textOf } from "./resource.ts";

/** Whether the project's quota has room for `maxInstances`. */
export const QUOTA_CHECK: Check = {
  ...{ id: "quota", title: "quota of Cloud Run", phase: "before", origins: ["pulumi"] },
  needs: ["apis"],
  run: checkQuota,
};

const METRIC = "run.googleapis.com/cpu_allocation";
const DEFAULT_INSTANCES = 20;
/** Every instance has one vCPU; the quota is in thousandths. */
const MILLI_CPUS = 1000;
const QUOTAS_PAGE = "https://console.cloud.google.com/iam-admin/quotas?service=run.googleapis.com";

/**
 * A function whose `maxInstances` have more vCPUs than a project may have in a region is refused
 * ("Max instances must be set to N or fewer to set the requested total CPU"). Memory is not looked
 * at: its default is six GiB for each vCPU, far above what an instance has.
 */
async function checkQuota(
  { rest, urls, environment }: CheckContext,
  facts: Facts,
): Promise<Outcome> {
  const project = known(facts, "project");
  const settings = known(facts, "settings");
  const location = locationOf(settings, environment);
  const instances = Number(settings.get("maxInstances") ?? DEFAULT_INSTANCES);
  // https://cloud.google.com/service-usage/docs/reference/rest/v1beta1/services.consumerQuotaMetrics
  const url = `${urls.serviceUsage}/v1beta1/projects/${project}/services/run.googleapis.com/consumerQuotaMetrics?view=FULL&pageSize=100`;
  const { metrics } = await rest.get("looking up quotas", url);
  const milliCpus = limitIn(listOf(metrics), location);
  if (milliCpus === undefined)
    return skipped(
      "could not check: Google lists no quota of CPUs for Cloud Run (it may before the first use).",
      `Look: ${QUOTAS_PAGE}&project=${project}`,
    );
  const room = Math.floor(milliCpus / MILLI_CPUS);
  const summary = `maxInstances is ${instances}, of 1 vCPU each; ${location} has a quota of ${room} vCPUs`;
  if (instances > room)
    return failed(
      `${summary}: the functions would be refused.`,
      `Run: pulumi config set maxInstances ${room}, or ask for more: ${QUOTAS_PAGE}&project=${project}`,
    );
  if (instances * 2 > room)
    return warning(
      `${summary}: too few for both functions at once. What finds no instance waits.`,
      `Run: pulumi config set maxInstances ${Math.floor(room / 2)}, or ask for more: ${QUOTAS_PAGE}&project=${project}`,
    );
  return ok(`${summary}.`);
}

/** The limit that holds in a region: its own, else that of all regions. -1 is none. */
function limitIn(metrics: readonly Resource[], location: string): number | undefined {
  const buckets = metrics
    .filter(({ metric }) => metric === METRIC)
    .flatMap(({ consumerQuotaLimits }) => listOf(consumerQuotaLimits))
    .filter(({ unit }) => textOf(unit).includes("{region}"))
    .flatMap(({ quotaBuckets }) => listOf(quotaBuckets));
  const regionOf = (bucket: Resource): string => textOf(objectOf(bucket["dimensions"])["region"]);
  const bucket =
    buckets.find((one) => regionOf(one) === location) ??
    buckets.find((one) => regionOf(one) === "");
  const limit = Number(bucket?.["effectiveLimit"]);
  if (!Number.isFinite(limit)) return undefined;
  return limit < 0 ? Infinity : limit;
}
