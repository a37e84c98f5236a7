/** A row of `failed_records` whose `index` says which event of the request it is about. */
export interface FailedRow {
  readonly index: number;
  readonly field: string;
  readonly error: string;
}

/**
 * What a response of Mixpanel to a request of some events means.
 *
 * - `imported`: `rows` are refused, everything else is stored, and the counts add up.
 * - `miscounted`: nothing is said against the events beside `rows`, but the count of stored ones is
 *   off.
 * - `unexplained`: some events are refused, `rows` among them, and it is not said which others.
 *   `isWhole`: with a text in place of rows, as Mixpanel does when it refuses a request for one
 *   event in it.
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
    }
  | { readonly kind: "too-large"; readonly limit: number | undefined }
  | { readonly kind: "credentials"; readonly status: number }
  | { readonly kind: "refused"; readonly status: number }
  | { readonly kind: "unknown"; readonly status: number };
