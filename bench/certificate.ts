import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import tls from "node:tls";
import { promisify } from "node:util";

/** A certificate for 127.0.0.1, signed by itself. */
export interface Certificate {
  readonly keyFile: string;
  readonly certFile: string;
  remove(): Promise<void>;
}

const ARGUMENTS =
  "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1";

/** Makes a certificate that this process trusts from now on. Undefined when there is no openssl. */
export async function makeCertificate(): Promise<Certificate | undefined> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "mixpanel-gcp-bench-"));
  const keyFile = path.join(folder, "key.pem");
  const certFile = path.join(folder, "cert.pem");
  const remove = () => rm(folder, { recursive: true, force: true });
  try {
    const files = ["-keyout", keyFile, "-out", certFile];
    await promisify(execFile)("openssl", [...ARGUMENTS.split(" "), ...files]);
  } catch {
    await remove();
    return undefined;
  }
  const certificate = await readFile(certFile, "utf8");
  tls.setDefaultCACertificates([...tls.getCACertificates("default"), certificate]);
  return { keyFile, certFile, remove };
}
