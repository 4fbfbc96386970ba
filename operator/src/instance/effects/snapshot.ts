import { API_VERSION, VCLUSTER_SNAPSHOT } from "@open-vcluster/crds";
import { FIELD_MANAGER } from "../../world/field-manager.ts";
import { asLostRace } from "./context.ts";
import type { Effects } from "./effect.ts";

/** The effect that keeps the state of an instance; the snapshot outlives it. */
export const snapshotEffects: Pick<Effects, "takeSnapshot"> = {
  takeSnapshot: async ({ name }, { client, at, seen }, signal) => {
    const { locationRef } = seen.instance.spec.snapshots ?? {};
    const snapshot = {
      apiVersion: API_VERSION,
      kind: VCLUSTER_SNAPSHOT.kind,
      metadata: { namespace: at.instance.namespace, name },
      spec: {
        instanceRef: { name: at.instance.name },
        ...(locationRef === undefined ? {} : { locationRef }),
        description: `Taken before ${seen.dueSnapshot?.before ?? "a change"}`,
      },
    };
    const options = { fieldManager: FIELD_MANAGER, signal };
    await client.create(VCLUSTER_SNAPSHOT, snapshot, options).catch(asLostRace);
    return {};
  },
};
