import "reflect-metadata";
import { randomBytes } from "node:crypto";
import { isIP } from "node:net";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  type Extension,
  type JsonName,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";
import { createKeyPair, KEY_ALGORITHM, type KeyPair, privateKeyPem } from "./key-pair.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** Certificates start a little in the past, so that a node with a slow clock accepts them. As kubeadm does. */
const BACKDATE_MS = 5 * 60 * 1000;
const LEAF_LIFETIME_MS = 365 * DAY_MS;
const AUTHORITY_LIFETIME_MS = 3650 * DAY_MS;
const SERIAL_BYTES = 8;

/** What a certificate says about its holder. */
interface Subject {
  readonly commonName: string;
  readonly organization?: string;
}

/** What a leaf certificate is for. */
type Usage = "server" | "client" | "both";

/** A certificate that can sign others. */
export interface CertificateAuthority {
  readonly subject: Subject;
  readonly keys: KeyPair;
  readonly certificatePem: string;
  readonly keyPem: string;
}

/** A certificate with its key, as PEM. */
export interface IssuedCertificate {
  readonly certificatePem: string;
  readonly keyPem: string;
}

/** What to put into a leaf certificate. */
export interface LeafRequest {
  readonly subject: Subject;
  readonly usage: Usage;
  /** DNS names and IP addresses, mixed. */
  readonly alternativeNames?: readonly string[];
}

/**
 * Makes a self-signed authority that is valid for ten years.
 *
 * Usages and the DNS name equal to the common name are kubeadm's (`NewSelfSignedCACert`).
 */
export async function createAuthority(
  commonName: string,
  nowMs: number,
): Promise<CertificateAuthority> {
  const keys = createKeyPair();
  const subject: Subject = { commonName };
  const certificatePem = await sign({
    subject,
    issuer: { subject, keys },
    keys,
    notAfterMs: nowMs - BACKDATE_MS + AUTHORITY_LIFETIME_MS,
    nowMs,
    extensions: [
      new KeyUsagesExtension(
        KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment | KeyUsageFlags.keyCertSign,
        true,
      ),
      new BasicConstraintsExtension(true, undefined, true),
      new SubjectAlternativeNameExtension([{ type: "dns", value: commonName }]),
    ],
  });
  return { subject, keys, certificatePem, keyPem: privateKeyPem(keys) };
}

/** Makes a key and a certificate for it, signed by `authority` and valid for 365 days. */
export async function issueLeaf(
  authority: CertificateAuthority,
  request: LeafRequest,
  nowMs: number,
): Promise<IssuedCertificate> {
  const keys = createKeyPair();
  const names = request.alternativeNames ?? [];
  const certificatePem = await sign({
    subject: request.subject,
    issuer: authority,
    keys,
    notAfterMs: nowMs - BACKDATE_MS + LEAF_LIFETIME_MS,
    nowMs,
    extensions: [
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
      new ExtendedKeyUsageExtension(extendedUsages(request.usage)),
      new BasicConstraintsExtension(false, undefined, true),
      ...(names.length === 0 ? [] : [new SubjectAlternativeNameExtension(names.map(generalName))]),
    ],
  });
  return { certificatePem, keyPem: privateKeyPem(keys) };
}

interface Signing {
  readonly subject: Subject;
  readonly issuer: Pick<CertificateAuthority, "subject" | "keys">;
  readonly keys: KeyPair;
  readonly notAfterMs: number;
  readonly nowMs: number;
  readonly extensions: readonly Extension[];
}

async function sign(signing: Signing): Promise<string> {
  const certificate = await X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: distinguishedName(signing.subject),
    issuer: distinguishedName(signing.issuer.subject),
    notBefore: new Date(signing.nowMs - BACKDATE_MS),
    notAfter: new Date(signing.notAfterMs),
    signingAlgorithm: KEY_ALGORITHM,
    publicKey: signing.keys.publicKeyInfo,
    signingKey: signing.issuer.keys.privateKey.toCryptoKey(KEY_ALGORITHM, false, ["sign"]),
    extensions: [
      ...signing.extensions,
      new SubjectKeyIdentifierExtension(signing.keys.keyIdentifier),
      new AuthorityKeyIdentifierExtension(signing.issuer.keys.keyIdentifier),
    ],
  });
  return `${certificate.toString("pem")}\n`;
}

/** A positive random number of 63 bits in hexadecimal, never zero. */
function serialNumber(): string {
  const bytes = randomBytes(SERIAL_BYTES);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x40, 0);
  return bytes.toString("hex");
}

function distinguishedName(subject: Subject): JsonName {
  return [
    ...(subject.organization === undefined ? [] : [{ O: [subject.organization] }]),
    { CN: [subject.commonName] },
  ];
}

function extendedUsages(usage: Usage): ExtendedKeyUsage[] {
  switch (usage) {
    case "server":
      return [ExtendedKeyUsage.serverAuth];
    case "client":
      return [ExtendedKeyUsage.clientAuth];
    case "both":
      return [ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth];
  }
}

function generalName(name: string): { type: "ip" | "dns"; value: string } {
  return { type: isIP(name) === 0 ? "dns" : "ip", value: name };
}
