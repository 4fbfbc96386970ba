/** The contents of Secret `NAME-certs`, as far as they were looked at. */
export type CertsContent =
  /** Only metadata is known. */
  | { readonly kind: "notRead" }
  /** An entry is missing, empty or not a certificate or key. */
  | { readonly kind: "unusable" }
  | { readonly kind: "usable"; readonly identity: string };

/** Secret `NAME-certs` in the target namespace. */
interface CertsSeen {
  readonly resourceVersion: string;
  readonly content: CertsContent;
}

/** The escrow copy in the operator's namespace, by its annotations alone. */
export interface EscrowSeen {
  /** `resourceVersion` of the `NAME-certs` that it was last compared with; absent before the first comparison. */
  readonly sourceVersion: string | undefined;
  readonly identity: string;
}

/** What is known about the identity of a virtual cluster. */
export interface IdentitySeen {
  readonly certs: CertsSeen | undefined;
  readonly escrow: EscrowSeen | undefined;
  /** Volumes of an earlier life exist: a new identity would not fit the data on them. */
  readonly dataExists: boolean;
}

/** What to do about an identity. */
export type IdentityDecision =
  /** In order. */
  | { readonly kind: "none" }
  /** Nothing exists yet: make an identity, and put it into escrow before anything can use it. */
  | { readonly kind: "createEscrow" }
  /** Write `NAME-certs` from escrow. After `foreign` the control plane must restart: it may run on the wrong one. */
  | { readonly kind: "writeCerts"; readonly cause: "missing" | "unusable" | "foreign" }
  /** Metadata does not tell: read the contents of `NAME-certs` and decide again. */
  | { readonly kind: "readCerts" }
  /** Copy `NAME-certs` into escrow: its leaves were renewed, or there is no copy yet. */
  | { readonly kind: "followCerts"; readonly cause: "changed" | "noCopy" }
  | { readonly kind: "refuse"; readonly reason: "PKILost"; readonly message: string };

/**
 * Decides who holds the right identity. Pure and total.
 *
 * Escrow wins whenever the two differ in authorities or in the token key: nobody makes a new authority over old data,
 * neither a control plane that starts without its Secret nor `vcluster certs rotate-ca`. Renewed leaves flow the other
 * way. In steady state two metadata reads are enough.
 */
export function decideIdentity(seen: IdentitySeen): IdentityDecision {
  const { certs, escrow } = seen;
  if (escrow === undefined) return withoutEscrow(certs, seen.dataExists);
  if (certs === undefined) return { kind: "writeCerts", cause: "missing" };
  if (certs.resourceVersion === escrow.sourceVersion) return { kind: "none" };
  return compared(certs.content, escrow.identity);
}

function compared(content: CertsContent, identity: string): IdentityDecision {
  switch (content.kind) {
    case "notRead":
      return { kind: "readCerts" };
    case "unusable":
      return { kind: "writeCerts", cause: "unusable" };
    case "usable":
      return content.identity === identity
        ? { kind: "followCerts", cause: "changed" }
        : { kind: "writeCerts", cause: "foreign" };
  }
}

function withoutEscrow(certs: CertsSeen | undefined, dataExists: boolean): IdentityDecision {
  if (certs === undefined) return dataExists ? lost() : { kind: "createEscrow" };
  switch (certs.content.kind) {
    case "notRead":
      return { kind: "readCerts" };
    case "usable":
      return { kind: "followCerts", cause: "noCopy" };
    case "unusable":
      return dataExists ? lost() : { kind: "createEscrow" };
  }
}

function lost(): IdentityDecision {
  return {
    kind: "refuse",
    reason: "PKILost",
    message:
      "The certificates of this virtual cluster and their escrow copy are gone, but its volumes still hold data. " +
      "Put a backup of the certificates Secret back, or delete the volumes to start empty",
  };
}
