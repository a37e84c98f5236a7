import type { Caller } from "../caller.ts";
import type { PushResponse } from "./push-request.ts";
import { createPushAgent, postPush, pushEnvelope } from "./push-request.ts";
import { createPushToken } from "./push-token.ts";
import { projectOf } from "./resource-name.ts";
import { createPushWindow, type PushWindow } from "./push-window.ts";
import type { Lease, Subscription } from "./subscription.ts";
import type { PushIdentity } from "./subscription-settings.ts";

/** What push delivery did so far. */
export interface PushCounts {
  readonly inFlight: number;
  readonly maxInFlight: number;
  /** Requests flow control allows at once at the moment. */
  readonly window: number;
  /** The latest response that was not an acknowledgement. */
  readonly lastFailure: PushResponse | undefined;
}

/** Nothing is sent: there is no token to send it with. */
const NO_TOKEN: PushResponse = {
  acknowledged: false,
  status: 0,
  text: "Permission 'iam.serviceAccounts.getOpenIdToken' denied on resource (or it may not exist).",
};

/**
 * Posts a subscription's messages to its endpoint, as many at once as flow control allows, and
 * acknowledges or refuses them by the response's status.
 */
export class PushDelivery {
  readonly #subscription: Subscription;
  /** Google's account for Pub/Sub. */
  readonly #caller: Caller;
  readonly #agent = createPushAgent();
  readonly #requests = new Set<AbortController>();
  readonly #window: PushWindow;
  #endpoint = "";
  #maxInFlight = 0;
  #lastFailure: PushResponse | undefined;

  constructor(subscription: Subscription, caller: Caller) {
    this.#caller = caller;
    this.#subscription = subscription;
    this.#window = createPushWindow(subscription.settings.maxOutstanding);
  }

  /** Delivers what is ready, as far as flow control allows. */
  pump(): void {
    while (this.#endpoint !== "" && this.#requests.size < this.#window.size()) {
      const lease = this.#subscription.lease();
      if (lease === undefined) return;
      void this.#deliver(lease);
    }
  }

  /** "" switches push off: messages wait, and can be pulled. */
  setEndpoint(url: string): void {
    this.#endpoint = url;
    this.pump();
  }

  endpoint(): string {
    return this.#endpoint;
  }

  counts(): PushCounts {
    return {
      inFlight: this.#requests.size,
      maxInFlight: this.#maxInFlight,
      window: this.#window.size(),
      lastFailure: this.#lastFailure,
    };
  }

  close(): void {
    this.#endpoint = "";
    for (const controller of this.#requests) controller.abort();
    this.#agent.destroy();
  }

  async #deliver(lease: Lease): Promise<void> {
    const { name, deadLetterPolicy, pushIdentity } = this.#subscription.settings;
    const controller = new AbortController();
    this.#requests.add(controller);
    this.#maxInFlight = Math.max(this.#maxInFlight, this.#requests.size);
    // The service stops waiting at the ack deadline and delivers again; a late response
    // acknowledges nothing.
    lease.onExpired = () => {
      controller.abort();
    };
    const body = pushEnvelope(lease, name, deadLetterPolicy !== undefined);
    const response = await (this.#mayActAs(pushIdentity)
      ? postPush(this.#endpoint, body, {
          agent: this.#agent,
          signal: controller.signal,
          ...(pushIdentity && { token: createPushToken(pushIdentity) }),
        })
      : Promise.resolve(NO_TOKEN));
    this.#requests.delete(controller);
    this.#settle(lease, response);
    this.pump();
  }

  /** The account is in the subscription's project: it may not be in another one. */
  #mayActAs(identity: PushIdentity | undefined): boolean {
    if (identity === undefined) return true;
    const project = projectOf(this.#subscription.settings.name);
    const account = `projects/${project}/serviceAccounts/${identity.serviceAccountEmail}`;
    return this.#caller.may("iam.serviceAccounts.getOpenIdToken", account);
  }

  #settle(lease: Lease, response: PushResponse): void {
    if (response.acknowledged) {
      this.#window.succeeded();
      this.#subscription.acknowledge(lease.ackId);
    } else {
      this.#lastFailure = response;
      this.#window.failed();
      this.#subscription.refuse(lease.ackId);
    }
  }
}
