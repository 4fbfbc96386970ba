import {
  certsSecretName,
  IDENTITY_ANNOTATION,
  SOURCE_VERSION_ANNOTATION,
} from "@open-vcluster/crds";
import type { KubeClient } from "@open-vcluster/runtime";
import {
  type CertsContent,
  decideIdentity,
  type EscrowSeen,
  type IdentityDecision,
} from "../../pki/escrow.ts";
import { identityOf } from "../../pki/fingerprint.ts";
import { readPki } from "../../pki/store.ts";
import type { ObjectMark, Reads } from "../../world/reads.ts";
import type { IdentityMarks } from "../glances.ts";

/** What judging an identity uses. */
export interface IdentityGlanceDeps {
  readonly reads: Reads;
  readonly client: KubeClient;
}

/** Judges who holds the right certificates; reads their contents only when metadata does not tell. */
export async function glanceIdentity(
  marks: IdentityMarks,
  deps: IdentityGlanceDeps,
  signal: AbortSignal,
): Promise<IdentityDecision> {
  const { at, certs } = marks;
  const escrow = escrowSeen(marks.escrow);
  const nothingKnown = certs === undefined && escrow === undefined;
  const dataExists = nothingKnown && (await deps.reads.claims(at, signal)).length > 0;
  const judge = (content: CertsContent): IdentityDecision =>
    decideIdentity({
      certs: certs === undefined ? undefined : { resourceVersion: certs.resourceVersion, content },
      escrow,
      dataExists,
    });
  const decision = judge({ kind: "notRead" });
  if (decision.kind !== "readCerts") return decision;
  const key = { namespace: at.targetNamespace, name: certsSecretName(at.instance.name) };
  const stored = await readPki(deps.client, key, signal);
  if (stored === undefined) return decision;
  const identity = identityOf(stored.entries);
  return judge(identity === undefined ? { kind: "unusable" } : { kind: "usable", identity });
}

function escrowSeen(mark: ObjectMark | undefined): EscrowSeen | undefined {
  if (mark === undefined) return undefined;
  return {
    sourceVersion: mark.annotations[SOURCE_VERSION_ANNOTATION],
    identity: mark.annotations[IDENTITY_ANNOTATION] ?? "",
  };
}
