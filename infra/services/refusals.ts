import * as pulumi from "@pulumi/pulumi";

import type { Plan } from "../configuration/arguments.ts";
import { API_IS_NEW, againIn10Seconds, whenHooksRun, withHooksOf } from "./propagation.ts";
import { ALREADY_THERE, takeoverAdvice } from "./takeover.ts";

const FUNCTION = "gcp:cloudfunctionsv2/function:Function";

/** A refusal that passes by itself. */
interface Early {
  readonly pattern: RegExp;
  /** Types of which the same words do not pass. */
  readonly except?: RegExp;
}

/**
 * A metric of an API that is new: "it could take up to 10 minutes to become available"
 * (https://github.com/hashicorp/terraform-provider-google/issues/11102).
 */
const METRIC_IS_NEW: Early = { pattern: /Cannot find metric/i };
/** Of a service itself it is said when nobody has enabled what enables it. */
const API_JUST_ENABLED: Early = { pattern: API_IS_NEW, except: /:Service$/ };
/**
 * A grant on the key that does not work yet; every service has words of its own for it. Of a grant
 * it is said when the deployer may not make it.
 */
const KEY_IS_REFUSED: Early = {
  pattern: /(permission|authorized|denied)[^]*(\bKMS\b|cloudkms|CryptoKey)/i,
  except: /IAMMember$/,
};

/**
 * What is done about every resource inside the component whose creation is refused: it is tried
 * again while that is only too early, and of what is there already it says how to take it over.
 * Resources have hooks of their own beside it.
 */
export function outlastRefusals(name: string, plan: Plan): pulumi.ResourceTransformation {
  // One for all: a hook is registered with the engine before what it is for.
  const hooks = whenHooksRun(() => ({ hooks: { onError: [refusalHook(name, plan)] } }));
  return ({ type, props, opts }) =>
    // Components have no creation that could be refused.
    type.startsWith("gcp:") ? { props, opts: withHooksOf(opts, hooks) } : undefined;
}

function refusalHook(name: string, plan: Plan): pulumi.ErrorHook {
  const early = earlyRefusals(plan);
  return new pulumi.ErrorHook(`${name}-refused`, async (failure) => {
    const { failedOperation, errors, urn, type, newInputs = {} } = failure;
    const [error = ""] = errors;
    if (failedOperation !== "create") return false;
    if (ALREADY_THERE.test(error)) {
      const advice = takeoverAdvice({ urn, type, inputs: newInputs }, plan.project);
      if (advice !== undefined) void pulumi.log.warn(advice);
      return false;
    }
    // A function's build may fail with such words when the function is there already.
    const isEarly = early.some(
      ({ pattern, except }) => pattern.test(error) && except?.test(type) !== true,
    );
    return type !== FUNCTION && isEarly && againIn10Seconds(errors.length);
  });
}

/** What passes by itself. What somebody else has to enable or to grant does not. */
function earlyRefusals({ settings }: Plan): readonly Early[] {
  const { kmsKey, manageIam, manageServices } = settings;
  return [
    METRIC_IS_NEW,
    ...(manageServices ? [API_JUST_ENABLED] : []),
    ...(kmsKey !== "" && manageIam ? [KEY_IS_REFUSED] : []),
  ];
}
