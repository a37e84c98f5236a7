import * as pulumi from "@pulumi/pulumi";

import { adviceOnFailure } from "./advice.ts";
import { ALREADY_THERE } from "./takeover.ts";

/**
 * How long a new binding usually takes to work: "typically 2 minutes, potentially 7 minutes or
 * longer" (https://cloud.google.com/iam/docs/access-change-propagation). The build, which needs its
 * bindings first, starts about a minute into the creation of a function.
 */
const IAM_SECONDS = 180;
const RETRY_SECONDS = 10;
/** With the wait between them: 10 minutes. The engine ends at 100 itself. */
const MAX_RETRIES = 60;

/**
 * "Service account … does not exist": an account that was made a moment ago is not known everywhere
 * yet.
 */
const UNKNOWN_MEMBER = /does not exist/i;
/** The same, or a binding that does not work yet. */
const REFUSED = /does not exist|permission|forbidden|\b403\b/i;

/**
 * An API that was enabled a moment ago: "wait a few minutes for the action to propagate to our
 * systems and retry" (https://cloud.google.com/apis/docs/troubleshooting).
 */
export const API_IS_NEW = /API has not been used in project/i;

/**
 * Hooks are run by the engine, and Pulumi's mocks have none: registering one would fail every unit
 * test of a program that uses these components.
 */
export function whenHooksRun(
  options: () => pulumi.CustomResourceOptions,
): pulumi.CustomResourceOptions {
  return isEngine() ? options() : {};
}

/**
 * Whether an engine runs the program, and not mocks, whose resources have no outputs of their own.
 */
export function isEngine(): boolean {
  const monitor = pulumi.runtime.getMonitor();
  return monitor !== undefined && "registerResourceHook" in monitor;
}

/** A hook that lets `seconds` pass. Previews do not run it. */
export function wait(seconds: number): pulumi.ResourceHookFunction {
  return () => sleep(seconds);
}

/** Lets a binding begin to work before what waits for it is made. Previews do not wait. */
export function untilBindingWorks(): pulumi.CustomResourceOptions {
  return whenHooksRun(() => ({ hooks: { afterCreate: [wait(IAM_SECONDS)] } }));
}

/** `options` and `more`, with the hooks of both. Pulumi's own merge would change `options`. */
export function withHooksOf<T extends pulumi.ResourceOptions>(
  options: T,
  more: pulumi.ResourceOptions,
): T {
  if (options.hooks === undefined || more.hooks === undefined) return { ...options, ...more };
  const onError = [...(options.hooks.onError ?? []), ...(more.hooks.onError ?? [])];
  return { ...options, ...more, hooks: { ...options.hooks, ...more.hooks, onError } };
}

/**
 * For a function, which half succeeds without its bindings: one whose build was refused exists, and
 * creating it once more is a conflict. So it waits until they work, is never tried again, and a
 * failure says what to run next.
 *
 * @param name of the hook; unique in the stack
 */
export function onceBindingsWork(name: string): pulumi.CustomResourceOptions {
  return whenHooksRun(() => ({
    hooks: {
      beforeCreate: [wait(IAM_SECONDS)],
      onError: [
        new pulumi.ErrorHook(name, ({ failedOperation, errors }) => {
          const [error = ""] = errors;
          // Of that the function knows nothing: it is not this run's.
          if (!ALREADY_THERE.test(error))
            void pulumi.log.warn(adviceOnFailure(failedOperation, error));
          return false;
        }),
      ],
    },
  }));
}

/**
 * Tries to create a resource again while it is refused for a binding that does not work yet. Only
 * for resources that are refused as a whole.
 *
 * @param name of the hook; unique in the stack
 */
export function retryWhileRefused(name: string): pulumi.CustomResourceOptions {
  return retryOn(name, REFUSED);
}

/**
 * Tries to make a binding again while its member is not known. No other refusal is tried again: a
 * deployer without the right would wait ten minutes to be told so.
 *
 * @param name of the hook; unique in the stack
 */
export function retryWhileMemberIsUnknown(name: string): pulumi.CustomResourceOptions {
  return retryOn(name, UNKNOWN_MEMBER);
}

function retryOn(name: string, pattern: RegExp): pulumi.CustomResourceOptions {
  return whenHooksRun(() => ({
    hooks: {
      onError: [
        new pulumi.ErrorHook(name, async ({ failedOperation, errors }) => {
          const isRetried = failedOperation === "create" && pattern.test(errors[0] ?? "");
          return isRetried && againIn10Seconds(errors.length);
        }),
      ],
    },
  }));
}

/** Lets 10 s pass. @returns false at once after the `failures` of ten minutes */
export async function againIn10Seconds(failures: number): Promise<boolean> {
  if (failures > MAX_RETRIES) return false;
  await sleep(RETRY_SECONDS);
  return true;
}

/**
 * Asks again for ten minutes while what refuses it is `pattern`: for calls, which have no hooks.
 *
 * @throws what `ask` throws in the end
 */
export async function retryCall<T>(ask: () => Promise<T>, pattern: RegExp): Promise<T> {
  for (let failures = 1; ; failures += 1)
    try {
      return await ask();
    } catch (error) {
      const isRetried = error instanceof Error && pattern.test(error.message);
      if (!isRetried || !(await againIn10Seconds(failures))) throw error;
    }
}

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, seconds * 1000);
  });
}
