/** How Pulumi.yaml declares a key; `[]` and "" mean unset. */
export type Declaration = { readonly description: string } & (
  | { readonly type: "string"; readonly default: string; readonly oneOf?: readonly string[] }
  | {
      readonly type: "integer";
      readonly default: number;
      readonly min: number;
      readonly max: number;
    }
  | { readonly type: "boolean"; readonly default: boolean }
  | { readonly type: "array"; readonly default: readonly string[] }
);

/** Settings by name. */
export type Declarations = Readonly<Record<string, Declaration>>;
