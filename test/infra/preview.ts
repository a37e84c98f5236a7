import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { REPOSITORY } from "../../archive/bundle.ts";

const STACK = "preview-test";

/**
 * Runs a real `pulumi preview` of a fresh stack, with its state in a temporary folder. It needs the
 * `pulumi` command, which fetches the Google provider, and credentials only as far as a preview
 * reads anything; nothing is created.
 */
function preview(): number {
  if (spawnSync("pulumi", ["version"]).error !== undefined) {
    process.stdout.write(
      "Skipped: the pulumi command is not on the PATH (https://www.pulumi.com/docs/install/).\n",
    );
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), "mixpanel-gcp-preview-"));
  const configFile = join(folder, "config.yaml");
  const env = {
    ...process.env,
    PULUMI_BACKEND_URL: `file://${folder}`,
    PULUMI_CONFIG_PASSPHRASE: "preview",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // Never used against the API in a preview of a fresh stack; without one the provider refuses to
    // start.
    GOOGLE_OAUTH_ACCESS_TOKEN: process.env["GOOGLE_OAUTH_ACCESS_TOKEN"] ?? "preview",
  };
  const pulumi = (...args: string[]): number =>
    spawnSync("pulumi", [...args, "--non-interactive", "--stack", STACK], {
      cwd: REPOSITORY,
      env,
      stdio: "inherit",
    }).status ?? 1;
  const steps = [
    ["stack", "init"],
    [
      "config",
      "set",
      "--config-file",
      configFile,
      "gcp:project",
      process.env["GOOGLE_PROJECT"] ?? "acme-data",
    ],
    ["config", "set", "--config-file", configFile, "--secret", "mixpanelToken", "preview-token"],
    ["preview", "--config-file", configFile],
  ];
  try {
    for (const step of steps) {
      const code = pulumi(...step);
      if (code !== 0) return code;
    }
    return 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
    // `stack init` writes the salt of the passphrase beside Pulumi.yaml.
    rmSync(join(REPOSITORY, `Pulumi.${STACK}.yaml`), { force: true });
  }
}

process.exitCode = preview();
