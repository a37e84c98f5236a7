import { execFileSync } from "node:child_process";
import { accessSync, constants, realpathSync } from "node:fs";
import path from "node:path";

/** Where the emulator's launcher is, or why it cannot be used and what to do. */
export type FoundEmulator = { readonly launcher: string } | { readonly missing: string };

const NAME = "cloud-pubsub-emulator";
/** Inside the Cloud SDK. */
const LAUNCHER = path.join("platform", "pubsub-emulator", "bin", NAME);
/**
 * Where Google's packages and its installer put the Cloud SDK:
 * https://cloud.google.com/sdk/docs/install.
 */
const SDK_ROOTS = [
  "/usr/lib/google-cloud-sdk",
  "/usr/share/google-cloud-sdk",
  "/opt/google-cloud-sdk",
  "/snap/google-cloud-cli/current",
  "/opt/homebrew/share/google-cloud-sdk",
  "/usr/local/share/google-cloud-sdk",
];
const ASK_GCLOUD_MS = 20_000;

/**
 * Looks for Google's Pub/Sub emulator (https://cloud.google.com/pubsub/docs/emulator): on PATH,
 * beside `gcloud`, in the usual folders of the Cloud SDK, and where `gcloud` says it is installed.
 * It needs Java.
 *
 * @param environment PATH and HOME are read
 */
export function findEmulator(environment: NodeJS.ProcessEnv = process.env): FoundEmulator {
  const launcher = firstExecutable(candidates(environment)) ?? askGcloud(environment);
  if (launcher === undefined)
    return {
      missing:
        "Google's Pub/Sub emulator is not installed. Install it with: gcloud components install pubsub-emulator (or the package google-cloud-cli-pubsub-emulator), or put cloud-pubsub-emulator on PATH.",
    };
  if (!hasJava(environment))
    return {
      missing: `Google's Pub/Sub emulator (${launcher}) needs Java, and there is no working java on PATH. Install a Java runtime.`,
    };
  return { launcher };
}

function candidates(environment: NodeJS.ProcessEnv): string[] {
  const { PATH = "", HOME = "" } = environment;
  const folders = PATH.split(path.delimiter).filter((folder) => folder !== "");
  const besideGcloud = folders
    .map((folder) => path.join(folder, "gcloud"))
    .filter(isExecutable)
    .map((file) => path.dirname(path.dirname(realpathSync(file))));
  const inHome = HOME === "" ? [] : [path.join(HOME, "google-cloud-sdk")];
  return [
    ...folders.map((folder) => path.join(folder, NAME)),
    ...[...besideGcloud, ...inHome, ...SDK_ROOTS].map((root) => path.join(root, LAUNCHER)),
  ];
}

/** A wrapper script named gcloud may lead to an SDK anywhere. */
function askGcloud(environment: NodeJS.ProcessEnv): string | undefined {
  try {
    const root = execFileSync("gcloud", ["info", "--format=value(installation.sdk_root)"], {
      env: environment,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      timeout: ASK_GCLOUD_MS,
    }).trim();
    return root === "" ? undefined : firstExecutable([path.join(root, LAUNCHER)]);
  } catch {
    return undefined;
  }
}

function hasJava(environment: NodeJS.ProcessEnv): boolean {
  try {
    execFileSync("java", ["-version"], { env: environment, stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

function firstExecutable(files: readonly string[]): string | undefined {
  return files.find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
