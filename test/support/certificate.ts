import { execFile, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";

/** Files of a certificate for 127.0.0.1, signed by itself, and their texts. */
export interface TestCertificate {
  readonly keyFile: string;
  readonly certFile: string;
  readonly key: string;
  readonly cert: string;
  remove(): Promise<void>;
}

/** Why a test that needs a certificate is skipped, or false. */
export const WITHOUT_OPENSSL =
  spawnSync("openssl", ["version"]).status === 0 ? false : "openssl is not installed";

/** Makes one that is good for two days. */
export async function makeTestCertificate(): Promise<TestCertificate> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "test-certificate-"));
  const [keyFile, certFile] = [path.join(folder, "key.pem"), path.join(folder, "cert.pem")];
  const subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"];
  const output = ["-keyout", keyFile, "-out", certFile, "-days", "2", "-nodes"];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"];
  await promisify(execFile)("openssl", ["req", "-x509", ...curve, ...subject, ...output]);
  return {
    keyFile,
    certFile,
    key: await readFile(keyFile, "utf8"),
    cert: await readFile(certFile, "utf8"),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
