import { createHash, createPublicKey, X509Certificate } from "node:crypto";
import { Failure } from "@open-vcluster/runtime";
import { isCompletePki, type Pki, type PkiEntry } from "./entries.ts";

/** The entries that make a virtual cluster the same one after a rotation of its leaves. */
const IDENTITY_ENTRIES = [
  "ca.crt",
  "server-ca.crt",
  "client-ca.crt",
  "front-proxy-ca.crt",
  "etcd-ca.crt",
  "sa.key",
] as const satisfies readonly PkiEntry[];

/** Hexadecimal digits kept of a digest: 160 bits. */
const DIGEST_LENGTH = 40;

/**
 * Identity of a virtual cluster: one digest over its authorities and the key that signs ServiceAccount tokens.
 *
 * A renewal of leaves keeps it; newly made authorities or a new token key change it. Does not depend on line breaks or
 * on the form of a key. Pure.
 *
 * @throws Failure `corrupt` when an entry is no certificate or key.
 */
export function identityFingerprint(pki: Pki): string {
  const digest = createHash("sha256");
  for (const entry of IDENTITY_ENTRIES) {
    digest.update(`${entry}\0${entryFingerprint(entry, pki[entry])}\0`);
  }
  return digest.digest("hex").slice(0, DIGEST_LENGTH);
}

/**
 * What the data of a Secret `NAME-certs` is worth: its identity, or `undefined` when an entry is missing or cannot be
 * read. Pure.
 */
export function identityOf(entries: Readonly<Record<string, string>>): string | undefined {
  if (!isCompletePki(entries)) return undefined;
  try {
    return identityFingerprint(entries);
  } catch {
    return undefined;
  }
}

function entryFingerprint(entry: PkiEntry, pem: string): string {
  try {
    if (entry === "sa.key") {
      const der = createPublicKey(pem).export({ format: "der", type: "spki" });
      return createHash("sha256").update(der).digest("hex");
    }
    return createHash("sha256").update(new X509Certificate(pem).raw).digest("hex");
  } catch (cause) {
    throw new Failure(
      "corrupt",
      "PKIUnreadable",
      `Entry ${entry} of the certificates Secret cannot be read`,
      {
        cause,
      },
    );
  }
}
