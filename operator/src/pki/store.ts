import { IDENTITY_ANNOTATION, SOURCE_VERSION_ANNOTATION } from "@open-vcluster/crds";
import { Failure, type HasMetadata, type KubeClient, type ObjectKey } from "@open-vcluster/runtime";
import { createOnce } from "../world/create-once.ts";
import { FIELD_MANAGER } from "../world/field-manager.ts";
import { KINDS } from "../world/kinds.ts";
import { createPki, type PkiRequest } from "./create.ts";
import { isCompletePki, type Pki } from "./entries.ts";
import { identityFingerprint } from "./fingerprint.ts";

/** A Secret that holds a PKI. */
interface PkiSecret extends HasMetadata {
  readonly type?: string;
  readonly data?: Readonly<Record<string, string>>;
}

/** A Secret's name and the labels it gets. */
export interface SecretPlace {
  readonly namespace: string;
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Entries of a PKI Secret as text, and the version they were read at. */
export interface StoredPki {
  readonly resourceVersion: string;
  readonly entries: Readonly<Record<string, string>>;
}

/** The identity of the PKI in escrow, without its contents; empty if it does not say, `undefined` when there is none. */
export async function readIdentity(
  client: KubeClient,
  escrow: ObjectKey,
  signal: AbortSignal,
): Promise<string | undefined> {
  const secret = await client.get(KINDS.secret, escrow, { metadataOnly: true, signal });
  return secret === undefined
    ? undefined
    : (secret.metadata.annotations?.[IDENTITY_ANNOTATION] ?? "");
}

/** Reads a PKI Secret with its contents; `undefined` when it is absent. */
export async function readPki(
  client: KubeClient,
  key: ObjectKey,
  signal: AbortSignal,
): Promise<StoredPki | undefined> {
  const secret = await client.get<PkiSecret>(KINDS.secret, key, { signal });
  if (secret === undefined) return undefined;
  const entries = Object.entries(secret.data ?? {}).map(([entry, value]) => [
    entry,
    Buffer.from(value, "base64").toString("utf8"),
  ]);
  return {
    resourceVersion: secret.metadata.resourceVersion ?? "",
    entries: Object.fromEntries(entries) as Record<string, string>,
  };
}

/**
 * Makes a new identity and stores it in escrow, where nothing uses it yet.
 *
 * @throws Failure `alreadyExists` when there is an escrow copy: it is never replaced by a new identity.
 */
export async function createEscrow(
  place: SecretPlace,
  request: PkiRequest,
  client: KubeClient,
  signal: AbortSignal,
): Promise<void> {
  const pki = await createPki(request);
  await client.create(KINDS.secret, escrowSecret(place, pki, undefined), {
    fieldManager: FIELD_MANAGER,
    signal,
  });
}

/**
 * Puts an identity that was kept elsewhere into escrow. One that is there already stays.
 *
 * @throws Failure `corrupt` when the entries are incomplete.
 */
export async function keepInEscrow(
  place: SecretPlace,
  entries: Readonly<Record<string, string>>,
  client: KubeClient,
  signal: AbortSignal,
): Promise<void> {
  if (!isCompletePki(entries)) {
    throw new Failure("corrupt", "PKIUnreadable", "The certificates that were kept are incomplete");
  }
  await createOnce(KINDS.secret, escrowSecret(place, entries, undefined), client, signal);
}

/**
 * Makes Secret `NAME-certs` equal to the escrow copy.
 *
 * @throws Failure `corrupt`, reason `PKILost`, when the escrow copy itself is absent or incomplete.
 */
export async function writeCerts(
  escrow: ObjectKey,
  certs: SecretPlace,
  client: KubeClient,
  signal: AbortSignal,
): Promise<void> {
  const stored = await readPki(client, escrow, signal);
  if (stored === undefined || !isCompletePki(stored.entries)) {
    throw new Failure(
      "corrupt",
      "PKILost",
      "The escrow copy of the certificates is incomplete: restore that Secret from a backup",
    );
  }
  await client.apply(KINDS.secret, pkiSecret(certs, stored.entries, {}), {
    fieldManager: FIELD_MANAGER,
    force: true,
    signal,
  });
}

/**
 * Makes the escrow copy equal to the `NAME-certs` that was read, and remembers its version.
 *
 * @throws Failure `corrupt` when the entries are incomplete; escrow is left as it is.
 */
export async function followCerts(
  escrow: SecretPlace,
  certs: StoredPki,
  client: KubeClient,
  signal: AbortSignal,
): Promise<void> {
  if (!isCompletePki(certs.entries)) {
    throw new Failure(
      "corrupt",
      "PKIUnreadable",
      "The certificates Secret is incomplete and was not copied",
    );
  }
  await client.apply(KINDS.secret, escrowSecret(escrow, certs.entries, certs.resourceVersion), {
    fieldManager: FIELD_MANAGER,
    force: true,
    signal,
  });
}

/** The escrow copy as an object. Pure. */
function escrowSecret(place: SecretPlace, pki: Pki, sourceVersion: string | undefined): PkiSecret {
  return pkiSecret(place, pki, {
    [IDENTITY_ANNOTATION]: identityFingerprint(pki),
    ...(sourceVersion === undefined ? {} : { [SOURCE_VERSION_ANNOTATION]: sourceVersion }),
  });
}

function pkiSecret(
  place: SecretPlace,
  pki: Pki,
  annotations: Readonly<Record<string, string>>,
): PkiSecret {
  const data = Object.entries(pki).map(([entry, text]) => [
    entry,
    Buffer.from(text).toString("base64"),
  ]);
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      namespace: place.namespace,
      name: place.name,
      labels: place.labels,
      ...(Object.keys(annotations).length === 0 ? {} : { annotations }),
    },
    type: "Opaque",
    data: Object.fromEntries(data) as Record<string, string>,
  };
}
