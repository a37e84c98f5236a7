import { DEFAULT_PROFILE_SWITCHES, type ProfileSwitches } from "./profiles/profile-switches.ts";
import { MAX_PROPERTIES, MAX_REQUEST_BYTES, MAX_TABLE_BYTES } from "./limits.ts";

/**
 * Where public sources contradict each other, or say nothing, both behaviours exist and one of
 * these chooses. The defaults are the stricter or the better documented of the two. All can be
 * changed while the simulator runs.
 */
export interface Switches extends ProfileSwitches {
  /**
   * Uncompressed bytes of a request; past it 413. @default 10,485,760. 2,097,152 is the limit in
   * Mixpanel's older guides
   * (https://docs.mixpanel.com/troubleshooting/errors/413-payload-too-large).
   */
  readonly maxRequestBytes: number;
  /** Uncompressed bytes of a lookup table; past it 413. @default 100,000,000 */
  readonly maxTableBytes: number;
  /** Response to more than 2000 events. The limit is documented, the status is not. @default 413 */
  readonly tooManyEvents: 413 | 400;
  /**
   * A line that is not JSON: `request` refuses the whole request without `failed_records`, `record`
   * lists that line as a failed record and imports the others. Not documented. @default "request"
   */
  readonly malformedLine: "request" | "record";
  /**
   * Key of the id in `failed_records`. The OpenAPI file and a real response
   * (https://github.com/mixpanel/mixpanel-utils/issues/40) say `insert_id`, an example on
   * https://docs.mixpanel.com/reference/import-events says `$insert_id`. @default "insert_id"
   */
  readonly failedRecordKey: "insert_id" | "$insert_id";
  /**
   * `$identify`, `$create_alias` and `$merge` in a project with simplified identities: observed is
   * that the whole batch is refused (https://github.com/ak--47/mixpanel-import), documented that
   * they are ignored. @default "refuse"
   */
  readonly identityEvents: "refuse" | "ignore";
  /** Whether `Anonymous` is the placeholder `anonymous`. Not documented. @default false */
  readonly placeholdersIgnoreCase: boolean;
  /**
   * Most properties of an event: "fewer than 255"
   * (https://docs.mixpanel.com/reference/import-events) or "up to 255"
   * (https://docs.mixpanel.com/docs/data-structure/events-and-properties). @default 254
   */
  readonly maxProperties: number;
  /**
   * Unit of the 255 after which a text is cut: "characters"
   * (https://docs.mixpanel.com/reference/import-events) or "bytes"
   * (https://docs.mixpanel.com/docs/data-structure/property-reference/data-type). @default
   * "characters"
   */
  readonly textUnit: "characters" | "bytes";
}

export const DEFAULT_SWITCHES: Switches = {
  ...DEFAULT_PROFILE_SWITCHES,
  maxRequestBytes: MAX_REQUEST_BYTES,
  maxTableBytes: MAX_TABLE_BYTES,
  tooManyEvents: 413,
  malformedLine: "request",
  failedRecordKey: "insert_id",
  identityEvents: "refuse",
  placeholdersIgnoreCase: false,
  maxProperties: MAX_PROPERTIES,
  textUnit: "characters",
};
