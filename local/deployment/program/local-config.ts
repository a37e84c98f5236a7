import { DEFAULT_TOKEN } from "../../mixpanel/simulator.ts";
import { LOCAL_PROJECT } from "../recorded-program.ts";
import type { ProgramOptions } from "./deploy-program.ts";

/** Name of the landing bucket, unless the configuration says another one. */
const BUCKET_NAME = "local-landing";

/**
 * With what the program runs for a cloud on one machine.
 *
 * @param settings of the stack, with their namespace; the project and the token are this
 *   machine's
 */
export function localProgram(settings: Readonly<Record<string, string>> = {}): ProgramOptions {
  // Beside an existing bucket, the program refuses a name for one of its own.
  const hasBucket = (settings["mixpanel-gcp:existingBucket"] ?? "").trim() !== "";
  return {
    config: {
      ...(!hasBucket && { "mixpanel-gcp:bucketName": BUCKET_NAME }),
      ...settings,
      "gcp:project": LOCAL_PROJECT.project,
      "mixpanel-gcp:mixpanelToken": DEFAULT_TOKEN,
    },
    stack: LOCAL_PROJECT.stack,
  };
}
