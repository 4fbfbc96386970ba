import { envelopeOf, inEnvelope, RAW_FIELD } from "../inventory/stored-object.ts";
import { editFields, fieldsOf, payloadOf, type WireEdit } from "../inventory/wire.ts";

/** Numbers of k8s.io/api/core/v1/generated.proto, which never change. */
const POD = { spec: 2, status: 3 };
const POD_STATUS = { phase: 1 };
/** Of pods that ended: without it they would run once more. */
const FINAL: readonly string[] = ["Succeeded", "Failed"];
const POD_SPEC = { nodeName: 10 };
const SECRET = { data: 2, type: 3 };
const CLAIM = { metadata: 1, spec: 2, status: 3 };
const CLAIM_SPEC = { volumeName: 3 };
const METADATA = { annotations: 12 };
const MAP_ENTRY = { key: 1, value: 2 };
/** What a volume controller writes as it binds a claim; one that its user bound has the first alone. */
const BIND_COMPLETED = "pv.kubernetes.io/bind-completed";
const BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller";
const TOKEN_TYPE = Buffer.from("kubernetes.io/service-account-token");

const NOTHING = new Uint8Array();
const drop: WireEdit = () => undefined;

/**
 * A pod as it was before it was given to a node; one that ended stays as it is. Pure.
 *
 * vcluster's syncer deletes a pod that claims to run on a node while the host cluster has no pod for it. Undefined for a
 * value that cannot be read, as one that is encrypted at rest.
 */
export function unboundPod(value: Uint8Array): Uint8Array | undefined {
  return editObject(value, (pod) => {
    const phase = payloadOf(payloadOf(pod, POD.status) ?? NOTHING, POD_STATUS.phase) ?? NOTHING;
    if (FINAL.includes(Buffer.from(phase).toString("utf8"))) return pod;
    return editFields(pod, {
      [POD.spec]: (spec) => editFields(spec, { [POD_SPEC.nodeName]: drop }),
      [POD.status]: drop,
    });
  });
}

/**
 * A Secret without the token that was signed by a key which the new cluster does not have; its token controller fills an
 * empty one again. All other Secrets stay as they are. Pure; undefined as for {@link unboundPod}.
 */
export function untokenedSecret(value: Uint8Array): Uint8Array | undefined {
  return editObject(value, (secret) => {
    const type = payloadOf(secret, SECRET.type);
    const isToken = type !== undefined && TOKEN_TYPE.equals(type);
    return isToken ? editFields(secret, { [SECRET.data]: drop }) : secret;
  });
}

/**
 * A claim as it was before it was bound to a volume, for one to be made again. One stays as it is that its user bound, or
 * that is bound to the same volume still. Pure; undefined as for {@link unboundPod}.
 *
 * vcluster's syncer makes the claim of the host cluster with the volume that the virtual one names, and a volume that is
 * gone, or another claim's, is waited for without an end.
 *
 * @param live - the claim that is there now
 */
export function unboundClaim(value: Uint8Array, live?: Uint8Array): Uint8Array | undefined {
  const volume = volumeOf(value);
  const isStill = volume !== "" && live !== undefined && volumeOf(live) === volume;
  if (isStill) return value;
  return editObject(value, (claim) => {
    const metadata = payloadOf(claim, CLAIM.metadata) ?? NOTHING;
    if (!annotationsOf(metadata).includes(BOUND_BY_CONTROLLER)) return claim;
    return editFields(claim, {
      [CLAIM.metadata]: (fields) => editFields(fields, { [METADATA.annotations]: unlessBinding }),
      [CLAIM.spec]: (spec) => editFields(spec, { [CLAIM_SPEC.volumeName]: drop }),
      [CLAIM.status]: drop,
    });
  });
}

/** Empty where the claim names none, or cannot be read. */
function volumeOf(value: Uint8Array): string {
  try {
    const claim = payloadOf(envelopeOf(value) ?? NOTHING, RAW_FIELD) ?? NOTHING;
    const spec = payloadOf(claim, CLAIM.spec) ?? NOTHING;
    return textOf(payloadOf(spec, CLAIM_SPEC.volumeName));
  } catch {
    return "";
  }
}

function annotationsOf(metadata: Uint8Array): readonly string[] {
  return [...fieldsOf(metadata)]
    .filter(({ number }) => number === METADATA.annotations)
    .map(({ payload = NOTHING }) => textOf(payloadOf(payload, MAP_ENTRY.key)));
}

const unlessBinding: WireEdit = (entry) => {
  const name = textOf(payloadOf(entry, MAP_ENTRY.key));
  return name === BIND_COMPLETED || name === BOUND_BY_CONTROLLER ? undefined : entry;
};

function textOf(bytes: Uint8Array = NOTHING): string {
  return Buffer.from(bytes).toString("utf8");
}

function editObject(value: Uint8Array, edit: WireEdit): Uint8Array | undefined {
  const envelope = envelopeOf(value);
  if (envelope === undefined) return undefined;
  try {
    return inEnvelope(editFields(envelope, { [RAW_FIELD]: edit }));
  } catch {
    return undefined;
  }
}
