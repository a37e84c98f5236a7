import type { PushResponse } from "./push-request.ts";
import { createPushAgent, postPush, pushEnvelope } from "./push-request.ts";
import { createPushWindow } from "./push-window.ts";
import type { Lease, Subscription } from "./subscription.ts";

/** What push delivery did so far. */
export interface PushCounts {
  readonly inFlight: number;
  readonly maxInFlight: number;
  /** Requests flow control allows at once at the moment. */
  readonly window: number;
  /** The latest response that was not an acknowledgement. */
  readonly lastFailure: PushResponse | undefined;
}

export type PushDelivery = ReturnType<typeof createPushDelivery>;

/**
 * Posts a subscription's messages to its endpoint, as many at once as flow control allows, and
 * acknowledges or refuses them by the response's status.
 */
export function createPushDelivery(subscription: Subscription) {
  const { settings } = subscription;
  const agent = createPushAgent();
  const requests = new Set<AbortController>();
  const window = createPushWindow(settings.maxOutstanding);
  let endpoint = "";
  let maxInFlight = 0;
  let lastFailure: PushResponse | undefined;

  const pump = (): void => {
    while (endpoint !== "" && requests.size < window.size()) {
      const lease = subscription.lease();
      if (lease === undefined) return;
      void deliver(lease);
    }
  };

  const deliver = async (lease: Lease): Promise<void> => {
    const controller = new AbortController();
    requests.add(controller);
    maxInFlight = Math.max(maxInFlight, requests.size);
    // The service stops waiting at the ack deadline and delivers again; a late response
    // acknowledges nothing.
    lease.onExpired = () => {
      controller.abort();
    };
    const body = pushEnvelope(lease, settings.name, settings.deadLetterPolicy !== undefined);
    const response = await postPush(endpoint, body, agent, controller.signal);
    requests.delete(controller);
    settle(lease, response);
    pump();
  };

  const settle = (lease: Lease, response: PushResponse): void => {
    if (response.acknowledged) {
      window.succeeded();
      subscription.acknowledge(lease.ackId);
    } else {
      lastFailure = response;
      window.failed();
      subscription.refuse(lease.ackId);
    }
  };

  return {
    pump,
    /** "" switches push off: messages wait, and can be pulled. */
    setEndpoint: (url: string): void => {
      endpoint = url;
      pump();
    },
    endpoint: (): string => endpoint,
    counts: (): PushCounts => ({
      inFlight: requests.size,
      maxInFlight,
      window: window.size(),
      lastFailure,
    }),
    close: (): void => {
      endpoint = "";
      for (const controller of requests) controller.abort();
      agent.destroy();
    },
  };
}
