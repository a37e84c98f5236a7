import { listenOnLoopback, type LoopbackServer } from "../http-server.ts";
import type { BucketServer } from "../bucket/bucket-server.ts";
import type { CloudPubSub } from "../pubsub/cloud-pubsub.ts";
import type { Policy } from "./policy.ts";

/** Where somebody reaches the services, in the form in which Google's clients want it. */
export interface ServiceAddresses {
  /** STORAGE_EMULATOR_HOST: `http://127.0.0.1:PORT` */
  readonly storage: string;
  /** PUBSUB_EMULATOR_HOST: `127.0.0.1:PORT` */
  readonly pubsub: string;
}

/** The services as accounts see them, each account at addresses of its own. */
export interface Access {
  /** The same ones each time that an account is asked for. */
  of(email: string): Promise<ServiceAddresses>;
  stop(): Promise<void>;
}

/**
 * Tells accounts apart by the address they call, not by a token: to an emulator Google's clients
 * send none.
 */
export function createAccess(services: {
  readonly bucket: BucketServer;
  readonly pubsub: CloudPubSub;
  readonly policy: Policy;
}): Access {
  const { bucket, pubsub, policy } = services;
  const servers: LoopbackServer[] = [];
  const known = new Map<string, Promise<ServiceAddresses>>();
  const open = async (email: string): Promise<ServiceAddresses> => {
    const caller = policy.caller(email);
    const storage = await listenOnLoopback(bucket.handlerFor(caller));
    servers.push(storage);
    const messages = await listenOnLoopback(pubsub.handlerFor(caller));
    servers.push(messages);
    return { storage: storage.url, pubsub: `127.0.0.1:${messages.port}` };
  };
  return {
    of: (email) => {
      const addresses = known.get(email) ?? open(email);
      known.set(email, addresses);
      return addresses;
    },
    stop: async () => {
      await Promise.allSettled(known.values());
      await Promise.all(servers.map((server) => server.stop()));
    },
  };
}
