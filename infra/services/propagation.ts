import * as pulumi from "@pulumi/pulumi";

/**
 * How long a new binding usually takes to work: "typically 2 minutes, potentially 7 minutes or longer"
 * (https://cloud.google.com/iam/docs/access-change-propagation). The build, which needs its bindings first, starts
 * about a minute into the creation of a function.
 */
const IAM_SECONDS = 90;
const RETRY_SECONDS = 10;
/** With the wait between them: 10 minutes. The engine ends at 100 itself. */
const MAX_RETRIES = 60;

/**
 * Hooks are run by the engine, and Pulumi's mocks have none: registering one would fail every unit test of a
 * program that uses these components.
 */
export function whenHooksRun(
  options: () => pulumi.CustomResourceOptions,
): pulumi.CustomResourceOptions {
  const monitor = pulumi.runtime.getMonitor();
  return monitor !== undefined && "registerResourceHook" in monitor ? options() : {};
}

/** A hook that lets `seconds` pass. Previews do not run it. */
export function wait(seconds: number): pulumi.ResourceHookFunction {
  return () => sleep(seconds);
}

/**
 * Delays the creation of a resource that would half succeed without its bindings, so that it cannot just be tried
 * again: a function whose build was refused exists, and creating it once more is a conflict.
 */
export function afterIamPropagation(): pulumi.CustomResourceOptions {
  return whenHooksRun(() => ({ hooks: { beforeCreate: [wait(IAM_SECONDS)] } }));
}

/**
 * Tries to create a resource again while it is refused for a binding that does not work yet. Only for resources
 * that are refused as a whole.
 *
 * @param name of the hook; unique in the stack
 */
export function retryWhileRefused(name: string): pulumi.CustomResourceOptions {
  return whenHooksRun(() => ({
    hooks: {
      onError: [
        new pulumi.ErrorHook(name, async ({ failedOperation, errors }) => {
          const refused = /permission|forbidden|\b403\b/i.test(errors[0] ?? "");
          if (failedOperation !== "create" || !refused || errors.length > MAX_RETRIES) return false;
          await sleep(RETRY_SECONDS);
          return true;
        }),
      ],
    },
  }));
}

function sleep(seconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, seconds * 1000);
  });
}
