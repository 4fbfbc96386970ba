import type { KubeClient, KubeObject } from "@open-vcluster/runtime";
import { KINDS } from "../world/kinds.ts";
import { NOTHING, type Probe } from "./probe.ts";

interface Claim extends KubeObject {
  readonly status?: { readonly phase?: string };
}

/** Looks whether there is the volume of a location. What lies on it only workers see, which mount it. */
export async function probeVolume(
  { namespace, name }: { readonly namespace: string; readonly name: string },
  client: KubeClient,
  signal: AbortSignal,
): Promise<Probe> {
  const fieldSelector = `metadata.name=${name}`;
  const options = { namespace, fieldSelector, signal };
  const [claim] = await client.list<Claim>(KINDS.persistentVolumeClaim, options);
  const missing = (message: string): Probe => ({ ok: false, reason: "VolumeMissing", message });
  if (claim === undefined) {
    return missing(`There is no PersistentVolumeClaim ${name} in ${namespace}`);
  }
  if (claim.metadata.deletionTimestamp !== undefined) {
    return missing(`PersistentVolumeClaim ${name} in ${namespace} is being deleted`);
  }
  // One that is pending may be bound when its first pod comes.
  if (claim.status?.phase !== "Lost") return NOTHING;
  return missing(`PersistentVolumeClaim ${name} in ${namespace} has lost its volume`);
}
