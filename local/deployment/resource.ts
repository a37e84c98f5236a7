import { UserError } from "../../functions/platform/user-error.ts";

/** One resource as a program registers it, with its secrets in clear and its outputs resolved. */
export interface Resource {
  /** `gcp:pubsub/topic:Topic` */
  readonly type: string;
  /** Logical name, unique for its type. */
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Neither replaced nor deleted. */
  readonly protect?: boolean;
  /** Left where it is when it is to be deleted. */
  readonly retainOnDelete?: boolean;
}

/** What only the provider knows of a resource, once it is made. */
export interface Deployed {
  readonly id: string;
  /** Beside the inputs, which are outputs too. */
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** A refusal that names the resource it is about. */
export function refusal({ type, name }: Pick<Resource, "type" | "name">, why: string): UserError {
  return new UserError(`${name} (${type}) cannot be deployed: ${why}`);
}
