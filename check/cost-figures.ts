/**
 * What a GB of 10^9 uncompressed bytes of events takes, as measured: docs/costs-and-benchmarks.md,
 * "What it costs". Events have 640 bytes there.
 */
export const PER_GIGABYTE = {
  events: 1_550_000,
  /** Seconds of an instance that handles a request, with a Mixpanel that takes 300 ms. */
  instanceSeconds: 32,
  requests: 775,
  /** Reads of ranges of an object. */
  reads: 239,
  /** GB sent to Mixpanel, compressed. */
  sent: 0.18,
} as const;

/** List prices, without the free tier. */
export const DOLLARS = {
  /**
   * A second of 1 vCPU with 1 GiB, billed while a request is handled
   * (https://cloud.google.com/run/pricing, tier 1).
   */
  instanceSecond: 0.000024 + 0.0000025,
  /** https://cloud.google.com/storage/pricing-examples, "Class A operations": writes, listings. */
  write: 0.005 / 1000,
  /** The same, "Class B operations". */
  read: 0.0004 / 1000,
  /** The same, "outbound data transfer", of a GB to the internet. */
  sentGigabyte: 0.12,
} as const;
