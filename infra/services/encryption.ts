import type * as pulumi from "@pulumi/pulumi";

import type { Grants } from "../grants.ts";
import type { ServiceAgents } from "./agents.ts";
import { untilBindingWorks } from "./propagation.ts";

export interface EncryptionArgs {
  /** `projects/P/locations/L/keyRings/R/cryptoKeys/K`; "" for Google's own keys. */
  readonly kmsKey: string;
  readonly agents: ServiceAgents;
  readonly grants: Grants;
}

/**
 * Lets the services encrypt with the key. A bucket, topic, secret or repository is refused as long
 * as its service may not, so that each grant is waited for until it works.
 *
 * The grants stay when the stack is destroyed or gets another key. The agents are those of the
 * whole project: other stacks may use the same key, and the files of a bucket that is kept, like
 * everything written before a change of the key, could not be read any more.
 *
 * @returns what to wait for before anything is made that is encrypted
 */
export function allowEncryption(
  name: string,
  { kmsKey, agents, grants }: EncryptionArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  return Object.entries(agents.encrypting).flatMap(([service, member]) =>
    grants.give(
      `${name}-${service}-may-encrypt`,
      {
        role: "roles/cloudkms.cryptoKeyEncrypterDecrypter",
        member,
        on: { kind: "key", key: kmsKey },
      },
      { ...opts, retainOnDelete: true, ...untilBindingWorks() },
    ),
  );
}
