import { accessSync, constants } from "node:fs";
import path from "node:path";

/** Whether there is such a command. Asking gcloud itself takes it seconds. */
export function isOnPath(command: string): boolean {
  const folders = (process.env["PATH"] ?? "").split(path.delimiter);
  return folders.some((folder) => {
    try {
      accessSync(path.join(folder, command), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
