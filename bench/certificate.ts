import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import tls from "node:tls";

import { createTlsCertificate } from "../local/tls-certificate.ts";

/** A certificate for 127.0.0.1, signed by itself, in files. */
export interface Certificate {
  readonly keyFile: string;
  readonly certFile: string;
  remove(): Promise<void>;
}

/** Makes a certificate that this process trusts from now on. */
export async function makeCertificate(): Promise<Certificate> {
  const { key, cert } = createTlsCertificate(Date.now());
  const folder = await mkdtemp(path.join(os.tmpdir(), "mixpanel-gcp-bench-"));
  const keyFile = path.join(folder, "key.pem");
  const certFile = path.join(folder, "cert.pem");
  await Promise.all([writeFile(keyFile, key), writeFile(certFile, cert)]);
  tls.setDefaultCACertificates([...tls.getCACertificates("default"), cert]);
  return { keyFile, certFile, remove: () => rm(folder, { recursive: true, force: true }) };
}
