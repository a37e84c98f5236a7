import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";

import { REPOSITORY } from "../../../archive/bundle.ts";

/** What tells values of special kinds from objects on their way between processes. */
const KIND = "4dabf18193072939515e22adb298388d";

/** Pulumi's component host with this repository as its plugin, in a process of its own. */
export interface ComponentHost {
  /** The schema, as `pulumi package get-schema` prints it. */
  schema(): Promise<PackageSchema>;
  /** What a program in any language does with the component. */
  construct(request: ConstructRequest): Promise<ConstructResponse>;
  stop(): Promise<void>;
}

/**
 * As much of it as is read
 * (https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/).
 */
export interface PackageSchema {
  readonly name: string;
  readonly resources: Readonly<Record<string, ResourceSchema>>;
  readonly types: Readonly<Record<string, { readonly enum: readonly { value: string }[] }>>;
}

export interface ResourceSchema {
  readonly inputProperties: Readonly<Record<string, PropertySchema>>;
  readonly requiredInputs: readonly string[];
  readonly properties: Readonly<Record<string, PropertySchema>>;
  readonly required: readonly string[];
}

export interface PropertySchema {
  readonly type?: string;
  readonly $ref?: string;
  readonly items?: PropertySchema;
  readonly additionalProperties?: PropertySchema;
  readonly plain?: boolean;
  readonly optional?: boolean;
  readonly description?: string;
}

export interface ConstructRequest {
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly config?: Readonly<Record<string, string>>;
  readonly isPreview?: boolean;
}

export interface ConstructResponse {
  readonly urn: string;
  readonly state: Readonly<Record<string, unknown>>;
}

/**
 * `value` as an output, which is how the engine hands on what another resource has made, a secret,
 * and (without `value`) what is not known in a preview.
 */
export function output(
  value: string | undefined,
  options: { readonly isSecret?: boolean; readonly from?: readonly string[] } = {},
): unknown {
  return {
    [KIND]: "d0e6a833031e9bbcd3f4e8bde6ca49a4",
    ...(value === undefined ? {} : { value }),
    secret: options.isSecret === true,
    dependencies: options.from ?? [],
  };
}

/** `value` as a secret of the configuration. */
export function secret(value: string): unknown {
  return output(value, { isSecret: true });
}

/** `value` as the engine gets it from a resource that makes it a secret. */
export function storedSecret(value: string): unknown {
  return { [KIND]: "1b47061264138c4ac30d75fd1eb44270", value };
}

/** The generated messages and clients of Pulumi's protocol; their types are not published. */
interface Message {
  getSchema(): string;
  getUrn(): string;
  getState(): { toJavaScript(): Record<string, unknown> };
  getConfigMap(): Map<string, string>;
  [setter: `set${string}`]: (value: unknown) => void;
}
type Call = (request: Message, done: (error: Error | null, response: Message) => void) => void;
interface Protocol {
  readonly grpc: { credentials: { createInsecure(): unknown } };
  readonly messages: {
    readonly GetSchemaRequest: new () => Message;
    readonly ConstructRequest: new () => Message;
  };
  readonly Struct: { fromJavaScript(value: unknown): unknown };
  readonly Client: new (
    address: string,
    credentials: unknown,
  ) => { getSchema: Call; construct: Call; close(): void };
}

/** Pulumi's own copies: these packages are its dependencies, not ours. */
function protocol(): Protocol {
  const require = createRequire(import.meta.resolve("@pulumi/pulumi"));
  return {
    grpc: require("@grpc/grpc-js") as Protocol["grpc"],
    messages: require("@pulumi/pulumi/proto/provider_pb.js") as Protocol["messages"],
    Struct: (require("google-protobuf/google/protobuf/struct_pb.js") as Pick<Protocol, "Struct">)
      .Struct,
    Client: (
      require("@pulumi/pulumi/proto/provider_grpc_pb.js") as {
        ResourceProviderClient: Protocol["Client"];
      }
    ).ResourceProviderClient,
  };
}

/**
 * Starts it as the language host does for a plugin whose runtime is nodejs
 * (https://github.com/pulumi/pulumi/blob/v3.259.0/sdk/nodejs/cmd/pulumi-language-nodejs/main.go,
 * RunPlugin): no options reach Node.
 *
 * @param engine address of engine and monitor
 * @param folder of the program that uses the component
 */
export async function startComponentHost(engine: string, folder: string): Promise<ComponentHost> {
  const child = spawn(
    process.execPath,
    [join(REPOSITORY, "node_modules/@pulumi/pulumi/cmd/run-plugin"), REPOSITORY, engine],
    {
      cwd: folder,
      env: { PATH: process.env["PATH"], PULUMI_NODEJS_TYPESCRIPT: "true" },
    },
  );
  const exit = once(child, "exit");
  const stderr = text(child.stderr);
  const lines = createInterface(child.stdout);
  const [port] = (await Promise.race([once(lines, "line"), exit])) as [string];
  // What it prints first is its port; ending instead, it has said why.
  if (child.exitCode !== null)
    throw new Error(`The component host does not start:\n${await stderr}`);
  const { grpc, messages, Struct, Client } = protocol();
  const client = new Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure());

  return {
    schema: async () => {
      const response = await called(client.getSchema.bind(client), new messages.GetSchemaRequest());
      return JSON.parse(response.getSchema()) as PackageSchema;
    },
    construct: async ({ name, inputs, config, isPreview }) => {
      const request = new messages.ConstructRequest();
      const set = (field: string, value: unknown): void => {
        request[`set${field}`]?.(value);
      };
      set("Project", "theirs");
      set("Stack", "dev");
      set("Parallel", 16);
      set("Dryrun", isPreview === true);
      set("Monitorendpoint", engine);
      set("Type", "mixpanel-gcp:index:MixpanelImport");
      set("Name", name);
      set("Inputs", Struct.fromJavaScript(inputs));
      for (const [key, value] of Object.entries(config ?? {}))
        request.getConfigMap().set(key, value);
      const response = await called(client.construct.bind(client), request);
      return { urn: response.getUrn(), state: response.getState().toJavaScript() };
    },
    stop: async () => {
      client.close();
      child.kill();
      await exit;
    },
  };
}

function called(call: Call, request: Message): Promise<Message> {
  return new Promise((resolve, reject) => {
    call(request, (error, response) => {
      if (error === null) resolve(response);
      else reject(error);
    });
  });
}
