import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";

/** PEM texts, as `https.createServer` and NODE_EXTRA_CA_CERTS take them. */
export interface TlsCertificate {
  readonly key: string;
  readonly cert: string;
}

/** Long enough for a run, too short to be of use to somebody who finds the key. */
const VALID_DAYS = 30;
const DAY_MS = 86_400_000;
const ADDRESS = [127, 0, 0, 1];
const COMMON_NAME = "127.0.0.1";

/** Tags of DER: https://www.itu.int/rec/T-REC-X.690. */
const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  sequence: 0x30,
  set: 0x31,
  version: 0xa0,
  extensions: 0xa3,
  ipAddress: 0x87,
} as const;

/** Object identifiers, as DER has them: https://www.rfc-editor.org/rfc/rfc5280#appendix-A. */
const OID = {
  ecdsaWithSha256: "2a8648ce3d040302",
  commonName: "550403",
  subjectKeyIdentifier: "551d0e",
  keyUsage: "551d0f",
  subjectAlternativeName: "551d11",
  basicConstraints: "551d13",
} as const;

/**
 * Makes a certificate for 127.0.0.1, signed by itself
 * (https://www.rfc-editor.org/rfc/rfc5280#section-4.1). Node makes keys and signatures, but no
 * certificates; openssl is not on every machine.
 *
 * @param nowMs milliseconds since 1970
 */
export function createTlsCertificate(nowMs: number): TlsCertificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const body = certificateBody(publicKey, nowMs);
  const signature = sign("sha256", body, privateKey);
  const certificate = der(TAG.sequence, body, SIGNATURE_ALGORITHM, bitString(signature));
  return {
    key: toPem("PRIVATE KEY", privateKey.export({ type: "pkcs8", format: "der" })),
    cert: toPem("CERTIFICATE", certificate),
  };
}

function certificateBody(publicKey: KeyObject, nowMs: number): Buffer {
  const subject = der(
    TAG.sequence,
    der(
      TAG.set,
      der(TAG.sequence, oid("commonName"), der(TAG.utf8String, Buffer.from(COMMON_NAME))),
    ),
  );
  // A day back: the clocks of two machines differ, or of a container.
  const validity = der(TAG.sequence, utcTime(nowMs - DAY_MS), utcTime(nowMs + VALID_DAYS * DAY_MS));
  const keyInfo = publicKey.export({ type: "spki", format: "der" });
  return der(
    TAG.sequence,
    der(TAG.version, der(TAG.integer, Buffer.from([2]))),
    // The first bit would make it negative, and zero is not allowed.
    der(TAG.integer, Buffer.from([0x01]), randomBytes(15)),
    SIGNATURE_ALGORITHM,
    ...[subject, validity, subject, keyInfo],
    der(TAG.extensions, der(TAG.sequence, ...extensions(keyInfo))),
  );
}

/** A client that trusts it takes it as an authority: the strict ones look for all four. */
function extensions(keyInfo: Buffer): Buffer[] {
  const keyId = createHash("sha1").update(keyInfo).digest();
  const isTrue = der(TAG.boolean, Buffer.from([0xff]));
  // Digital signature and certificate signing: bits 0 and 5 of 6.
  const usage = der(TAG.bitString, Buffer.from([2, 0b1000_0100]));
  const names = der(TAG.sequence, der(TAG.ipAddress, Buffer.from(ADDRESS)));
  return [
    extension("basicConstraints", der(TAG.sequence, isTrue), isTrue),
    extension("keyUsage", usage, isTrue),
    extension("subjectKeyIdentifier", der(TAG.octetString, keyId)),
    extension("subjectAlternativeName", names),
  ];
}

function extension(name: keyof typeof OID, value: Buffer, ...critical: Buffer[]): Buffer {
  return der(TAG.sequence, oid(name), ...critical, der(TAG.octetString, value));
}

const SIGNATURE_ALGORITHM = der(TAG.sequence, oid("ecdsaWithSha256"));

function oid(name: keyof typeof OID): Buffer {
  return der(TAG.oid, Buffer.from(OID[name], "hex"));
}

/** `YYMMDDHHMMSSZ`: good until 2049. */
function utcTime(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replaceAll(/\D/g, "").slice(2, 14);
  return der(TAG.utcTime, Buffer.from(`${digits}Z`));
}

function bitString(bytes: Buffer): Buffer {
  return der(TAG.bitString, Buffer.from([0]), bytes);
}

/** A tag, the length of the contents, the contents. */
function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag, ...lengthBytes(content.length)]), content]);
}

/** Up to 127 in one byte; beyond, the number of its bytes comes first. */
function lengthBytes(length: number): number[] {
  if (length < 0x80) return [length];
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
}

function toPem(label: string, bytes: Buffer): string {
  const lines = bytes.toString("base64").replaceAll(/.{64}/g, "$&\n").trimEnd();
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
