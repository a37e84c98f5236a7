import * as pulumi from "@pulumi/pulumi";

import { unwrapSecrets } from "../../../local/deployment/program/secrets.ts";

/** One resource, as the engine is asked for it. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly custom: boolean;
  /** As sent: secrets are wrapped, outputs unknown so far are `UNKNOWN`. */
  readonly rawInputs: Readonly<Record<string, unknown>>;
  /** The same with secrets unwrapped. */
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly parent: string;
  readonly dependencies: readonly string[];
  /** What each input's value comes from. */
  readonly propertyDependencies: Readonly<Record<string, readonly string[]>>;
  readonly protect: boolean;
  readonly retainOnDelete: boolean;
  readonly deleteBeforeReplace: boolean;
  readonly replaceOnChanges: readonly string[];
  readonly ignoreChanges: readonly string[];
  /** `URN::id` of the provider; "" for the default one. */
  readonly provider: string;
  readonly aliases: number;
  readonly hooks: {
    readonly beforeCreate: string[];
    readonly afterCreate: string[];
    readonly onError: string[];
  };
}

/** How an output that is not known yet travels. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

type Callback = (error: unknown, response: unknown) => void;
type Rpc = (request: Request, callback: Callback) => unknown;

/** The getters of the protocol's messages that are read here; their types are not published. */
interface Request {
  getType(): string;
  getName(): string;
  getCustom(): boolean;
  getParent(): string;
  getObject(): { toJavaScript(): Record<string, unknown> };
  getDependenciesList(): string[];
  getPropertydependenciesMap(): {
    forEach(visit: (urns: { getUrnsList(): string[] }, key: string) => void): void;
  };
  getProtect(): boolean;
  getRetainondelete(): boolean;
  getDeletebeforereplace(): boolean;
  getReplaceonchangesList(): string[];
  getIgnorechangesList(): string[];
  getProvider(): string;
  getAliasesList(): unknown[];
  getHooks(): HooksBinding | undefined;
}

interface HooksBinding {
  getBeforeCreateList(): string[];
  getAfterCreateList(): string[];
  getOnErrorList(): string[];
}

interface Monitor {
  registerResource: Rpc;
  registerResourceHook?: Rpc;
  registerErrorHook?: Rpc;
}

/**
 * Listens to the mock monitor: mocks are told the inputs only, while order, protection and hooks
 * are told to the monitor. Adds what mocks lack, the registration of hooks. Internal to Pulumi,
 * whose version is pinned.
 */
export function recordRegistrations(): readonly Registration[] {
  const registrations: Registration[] = [];
  // The monitor's published type knows neither mocks nor the messages' getters.
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) =>
    register(request, (error, response) => {
      if (hasUrn(response)) registrations.push(registrationOf(request, response.getUrn()));
      callback(error, response);
    });
  const accept: Rpc = (_request, callback) => {
    callback(null, {});
  };
  monitor.registerResourceHook = accept;
  monitor.registerErrorHook = accept;
  return registrations;
}

function registrationOf(request: Request, urn: string): Registration {
  const rawInputs = request.getObject().toJavaScript();
  const hooks = request.getHooks();
  const propertyDependencies: Record<string, readonly string[]> = {};
  request.getPropertydependenciesMap().forEach((urns, key) => {
    propertyDependencies[key] = urns.getUrnsList();
  });
  return {
    type: request.getType(),
    name: request.getName(),
    urn,
    custom: request.getCustom(),
    rawInputs,
    inputs: unwrapSecrets(rawInputs),
    parent: request.getParent(),
    dependencies: request.getDependenciesList(),
    propertyDependencies,
    protect: request.getProtect(),
    retainOnDelete: request.getRetainondelete(),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    replaceOnChanges: request.getReplaceonchangesList(),
    ignoreChanges: request.getIgnorechangesList(),
    provider: request.getProvider(),
    aliases: request.getAliasesList().length,
    hooks: {
      beforeCreate: hooks?.getBeforeCreateList() ?? [],
      afterCreate: hooks?.getAfterCreateList() ?? [],
      onError: hooks?.getOnErrorList() ?? [],
    },
  };
}

function hasUrn(value: unknown): value is { getUrn(): string } {
  return typeof value === "object" && value !== null && "getUrn" in value;
}
