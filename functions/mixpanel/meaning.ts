/** What a response says of one record of its request, of which `index` is the place. */
export interface FailedRow {
  readonly index: number;
  readonly field: string;
  readonly error: string;
}

/**
 * What a response of Mixpanel to a request of some events, or updates of profiles, means.
 *
 * - `imported`: `rows` are refused, everything else is stored, and the counts add up.
 * - `miscounted`: nothing is said against the events beside `rows`, but the count of stored ones is
 *   off.
 * - `unexplained`: some events are refused, `rows` among them, and it is not said which others.
 *   `isWhole`: with a text in place of rows, as Mixpanel does when it refuses a request for one
 *   event in it.
 * - `unconfirmed`: nothing is said against any of them, and nothing about how many are stored.
 * - `too-large`: the request has more bytes than `limit` (undefined when it does not say).
 * - `credentials`: 401 or 403.
 * - `refused`: another 4xx, about which Mixpanel's documents say nothing.
 * - `unknown`: no refusal and no success.
 */
export type Meaning =
  | { readonly kind: "imported"; readonly rows: readonly FailedRow[] }
  | {
      readonly kind: "miscounted";
      readonly rows: readonly FailedRow[];
      readonly imported: number | undefined;
    }
  | {
      readonly kind: "unexplained";
      readonly rows: readonly FailedRow[];
      readonly error: string;
      readonly isWhole: boolean;
      /** How many are stored, when it says so. */
      readonly imported?: number;
    }
  | { readonly kind: "unconfirmed" }
  | { readonly kind: "too-large"; readonly limit: number | undefined }
  | { readonly kind: "credentials"; readonly status: number }
  | { readonly kind: "refused"; readonly status: number }
  | { readonly kind: "unknown"; readonly status: number };
