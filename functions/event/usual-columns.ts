/**
 * Names of columns that say by themselves what they hold, exactly so written; of several the first
 * that a row has counts. What another column holds is told, never guessed.
 */
export const USUAL_COLUMNS = {
  event: ["event", "event_name"],
  time: ["time", "timestamp"],
  distinctId: ["distinct_id"],
  user: ["$user_id"],
  device: ["$device_id"],
  insertId: ["$insert_id", "insert_id"],
  /** Its members become properties of the event, as those of Mixpanel's warehouse connectors do. */
  json: ["properties"],
} as const;
