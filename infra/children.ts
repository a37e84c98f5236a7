import * as pulumi from "@pulumi/pulumi";

/** What a resource waits for: resources, or components with everything in them. */
export type Waits = pulumi.ResourceOptions["dependsOn"];

/**
 * The options of everything inside a component: its parent, and what the component itself waits
 * for. Pulumi hands `provider` and `protect` on to children by itself, but not `dependsOn`
 * (https://www.pulumi.com/docs/iac/concepts/options/dependson/).
 */
export function childrenOf(
  parent: pulumi.Resource,
  ...waits: readonly Waits[]
): pulumi.CustomResourceOptions {
  return after({ parent }, ...waits);
}

/** `opts`, and wait for `waits` too. */
export function after(
  opts: pulumi.CustomResourceOptions,
  ...waits: readonly Waits[]
): pulumi.CustomResourceOptions {
  return waits
    .filter((wait) => wait !== undefined)
    .reduce<pulumi.CustomResourceOptions>(
      (merged, dependsOn) => pulumi.mergeOptions(merged, { dependsOn }),
      opts,
    );
}
