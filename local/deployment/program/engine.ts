import { createRequire } from "node:module";

import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";

/** What a program told the engine. */
export interface Engine {
  /** `127.0.0.1:PORT`, of engine and monitor alike. */
  readonly address: string;
  /** Diagnostics of level warning and above. */
  readonly diagnostics: readonly string[];
  /** Names of registered resources. */
  readonly resources: readonly string[];
  /** What they were registered with, by name. */
  readonly registrations: ReadonlyMap<string, EngineRegistration>;
  /** Names of registered hooks. */
  readonly hooks: readonly string[];
  /** What the stack exports, once the program is over; secrets are wrapped. */
  outputs(): Readonly<Record<string, unknown>>;
  stop(): void;
}

/** As sent: secrets are wrapped. */
export interface EngineRegistration {
  readonly type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** URNs. */
  readonly dependencies: readonly string[];
  /** What becomes of it when it is to be deleted. */
  readonly options: { readonly protect: boolean; readonly retainOnDelete: boolean };
}

type Reply = (error: unknown, response: unknown) => void;
type Handler = (call: { readonly request: Request }, reply: Reply) => void;
type ResponseType = new () => {
  setUrn?: (urn: string) => void;
  setHassupport?: (has: boolean) => void;
};
type Service = Readonly<Record<string, { readonly responseType: ResponseType }>>;

/** The getters that are read here, of several messages; their types are not published. */
interface Request {
  getName(): string;
  getType(): string;
  getObject(): { toJavaScript(): Record<string, unknown> };
  getDependenciesList(): string[];
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getMessage(): string;
  getSeverity(): number;
  getUrn(): string;
  getOutputs(): { toJavaScript(): Record<string, unknown> } | undefined;
}

interface Grpc {
  readonly Server: new () => {
    addService(service: Service, handlers: Readonly<Record<string, Handler>>): void;
    bindAsync(
      address: string,
      credentials: unknown,
      done: (error: Error | null, port: number) => void,
    ): void;
    forceShutdown(): void;
  };
  readonly ServerCredentials: { createInsecure(): unknown };
}

const WARNING = 2;

/**
 * As much of the engine as a program talks to, over gRPC on loopback: `pulumi up` without the
 * command, the provider and the cloud. Resources are answered by `newResource`, as mocks are.
 */
export async function startEngine(mocks: pulumi.runtime.Mocks, stack = "dev"): Promise<Engine> {
  // Pulumi's own copies: these packages are its dependencies, not ours.
  const require = createRequire(import.meta.resolve("@pulumi/pulumi"));
  const grpc = require("@grpc/grpc-js") as Grpc;
  const { ResourceMonitorService } = require("@pulumi/pulumi/proto/resource_grpc_pb.js") as {
    ResourceMonitorService: Service;
  };
  const { EngineService } = require("@pulumi/pulumi/proto/engine_grpc_pb.js") as {
    EngineService: Service;
  };

  await pulumi.runtime.setMocks(mocks, "mixpanel-gcp", stack);
  const monitor = new MockMonitor(mocks);
  const diagnostics: string[] = [];
  const resources: string[] = [];
  const registrations = new Map<string, EngineRegistration>();
  const hooks: string[] = [];
  let root = "";
  let outputs: Readonly<Record<string, unknown>> = {};

  const server = new grpc.Server();
  server.addService(
    ResourceMonitorService,
    handlersOf(ResourceMonitorService, {
      registerResource: ({ request }, reply) => {
        resources.push(request.getName());
        registrations.set(request.getName(), {
          type: request.getType(),
          inputs: request.getObject().toJavaScript(),
          options: { protect: request.getProtect(), retainOnDelete: request.getRetainondelete() },
          dependencies: request.getDependenciesList(),
        });
        void monitor.registerResource(request, reply);
      },
      invoke: ({ request }, reply) => void monitor.invoke(request, reply),
      getDeploymentInfo: ({ request }, reply) => {
        monitor.getDeploymentInfo(request, reply);
      },
      registerPackage: ({ request }, reply) => {
        monitor.registerPackage(request, reply);
      },
      registerResourceOutputs: ({ request }, reply) => {
        if (request.getUrn() === root) outputs = request.getOutputs()?.toJavaScript() ?? {};
        empty(ResourceMonitorService, "registerResourceOutputs", reply);
      },
      registerResourceHook: noteHook("registerResourceHook"),
      registerErrorHook: noteHook("registerErrorHook"),
    }),
  );
  server.addService(
    EngineService,
    handlersOf(EngineService, {
      log: ({ request }, reply) => {
        if (request.getSeverity() >= WARNING) diagnostics.push(request.getMessage());
        empty(EngineService, "log", reply);
      },
      setRootResource: ({ request }, reply) => {
        root = request.getUrn();
        empty(EngineService, "setRootResource", reply);
      },
      getRootResource: (_call, reply) => {
        const response = new (responseTypeOf(EngineService, "getRootResource"))();
        response.setUrn?.(root);
        reply(null, response);
      },
    }),
  );

  function noteHook(method: string): Handler {
    return ({ request }, reply) => {
      hooks.push(request.getName());
      empty(ResourceMonitorService, method, reply);
    };
  }

  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return {
    address: `127.0.0.1:${port}`,
    diagnostics,
    resources,
    registrations,
    hooks,
    outputs: () => outputs,
    stop: () => {
      server.forceShutdown();
    },
  };
}

/**
 * `handlers`, and an empty answer for every other method; features are all there but output values.
 */
function handlersOf(
  service: Service,
  handlers: Readonly<Record<string, Handler>>,
): Record<string, Handler> {
  const fallback = (method: string): Handler => {
    return (_call, reply) => {
      const response = new (responseTypeOf(service, method))();
      if (method === "supportsFeature") response.setHassupport?.(true);
      reply(null, response);
    };
  };
  return Object.fromEntries(
    Object.keys(service).map((method) => [method, handlers[method] ?? fallback(method)]),
  );
}

function empty(service: Service, method: string, reply: Reply): void {
  reply(null, new (responseTypeOf(service, method))());
}

function responseTypeOf(service: Service, method: string): ResponseType {
  const definition = service[method];
  if (definition === undefined) throw new Error(`the protocol has no method ${method}`);
  return definition.responseType;
}
