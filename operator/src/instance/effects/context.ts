import { INSTANCE_FINALIZER, VCLUSTER_INSTANCE } from "@open-vcluster/crds";
import {
  apiVersionOf,
  Failure,
  type KubeClient,
  type OwnerReference,
} from "@open-vcluster/runtime";
import type { Helm, ReleaseOwner, ReleaseTarget } from "../../helm/helm.ts";
import type { ReleaseStore } from "../../helm/release-store.ts";
import type { Finalizing } from "../../world/finalizers.ts";
import type { Located } from "../../world/reads.ts";
import { ownershipLabels } from "../identity.ts";
import type { InstanceSeen } from "../seen.ts";
import type { InstanceSettings } from "../settings.ts";

/** What effects use. The client refuses writes as soon as this process no longer leads. */
export interface EffectPorts {
  readonly client: KubeClient;
  readonly helm: Helm;
  readonly releases: ReleaseStore;
  readonly settings: InstanceSettings;
}

/** One effect's surroundings. */
export interface EffectContext extends EffectPorts {
  readonly seen: InstanceSeen;
  readonly at: Located;
  readonly nowMs: number;
}

/** Labels that mark an object as ours. Pure. */
export function labelsOf({ at, settings }: EffectContext): Readonly<Record<string, string>> {
  return ownershipLabels(at.instance, settings.operatorId);
}

/** By it an object in the instance's namespace goes with the instance. Pure. */
export function instanceReference({ at, seen }: EffectContext): OwnerReference {
  return {
    apiVersion: apiVersionOf(VCLUSTER_INSTANCE),
    kind: VCLUSTER_INSTANCE.kind,
    name: at.instance.name,
    uid: seen.instance.metadata.uid ?? "",
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** What holds an instance until its removal is done. Pure. */
export function finalizing({ instance }: InstanceSeen): Finalizing {
  return { type: VCLUSTER_INSTANCE, object: instance, finalizer: INSTANCE_FINALIZER };
}

/** The Helm release. Pure. */
export function targetOf({ at }: EffectContext): ReleaseTarget {
  return { release: at.instance.name, namespace: at.targetNamespace };
}

/** Whose release it is. Pure. */
export function releaseOwnerOf({ at, settings }: EffectContext): ReleaseOwner {
  return {
    instanceNamespace: at.instance.namespace,
    instanceName: at.instance.name,
    operatorId: settings.operatorId,
  };
}

/** Whoever made it after we looked: the next look tells whose it is. */
export function asLostRace(thrown: unknown): never {
  if (!(thrown instanceof Failure) || thrown.kind !== "alreadyExists") throw thrown;
  throw new Failure("conflict", thrown.reason, thrown.message, { cause: thrown });
}
