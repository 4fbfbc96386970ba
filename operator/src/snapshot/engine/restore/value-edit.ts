import { envelopeOf, inEnvelope, RAW_FIELD } from "../inventory/stored-object.ts";
import { editFields, payloadOf, type WireEdit } from "../inventory/wire.ts";

/** Numbers of k8s.io/api/core/v1/generated.proto, which never change. */
const POD = { spec: 2, status: 3 };
const POD_STATUS = { phase: 1 };
/** Of pods that ended: without it they would run once more. */
const FINAL: readonly string[] = ["Succeeded", "Failed"];
const POD_SPEC = { nodeName: 10 };
const SECRET = { data: 2, type: 3 };
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

function editObject(value: Uint8Array, edit: WireEdit): Uint8Array | undefined {
  const envelope = envelopeOf(value);
  if (envelope === undefined) return undefined;
  try {
    return inEnvelope(editFields(envelope, { [RAW_FIELD]: edit }));
  } catch {
    return undefined;
  }
}
