import { writeFile } from "node:fs/promises";
import path from "node:path";
import type { TestContext } from "node:test";

import { createTlsCertificate, type TlsCertificate } from "../../local/tls-certificate.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** A certificate for 127.0.0.1, signed by itself, and its files. */
export interface TestCertificate extends TlsCertificate {
  readonly keyFile: string;
  readonly certFile: string;
}

/** Makes one whose files are removed after the test. */
export async function testCertificate(t: TestContext): Promise<TestCertificate> {
  const folder = await temporaryFolder(t);
  const [keyFile, certFile] = [path.join(folder, "key.pem"), path.join(folder, "cert.pem")];
  const { key, cert } = createTlsCertificate(Date.now());
  await Promise.all([writeFile(keyFile, key), writeFile(certFile, cert)]);
  return { key, cert, keyFile, certFile };
}
