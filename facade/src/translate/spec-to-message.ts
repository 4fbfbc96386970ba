import type { VClusterSpec } from "@open-vcluster/api";
import type { VClusterInstanceSpec } from "@open-vcluster/crds";
import { SPEC_BINDINGS } from "./binding.ts";
import { type Leaves, leavesFrom, specOf } from "./leaf.ts";
import { readAt } from "./tree.ts";

const DEFAULT_REPLICAS = 1;

/** What a resource asks for, in the fields of the contract. What the contract has no field for is left out. */
export function specToLeaves(spec: VClusterInstanceSpec): Leaves {
  const replicas = spec.controlPlane?.replicas ?? DEFAULT_REPLICAS;
  const tls = spec.ingress?.tls;
  const usesIssuer = tls?.issuerName !== undefined;
  return leavesFrom([
    ["replicas", replicas],
    ["enable_ha", replicas > 1],
    ["ingress.enabled", spec.ingress !== undefined],
    ["ingress.tls.enabled", tls !== undefined],
    ["ingress.tls.use_cert_manager", usesIssuer],
    // The contract's default is the other kind than the resource's.
    ["ingress.tls.issuer_kind", usesIssuer ? "ClusterIssuer" : ""],
    ...SPEC_BINDINGS.flatMap(({ wire, resource, codec }) => {
      const value = codec.toWire(readAt(spec, resource));
      return value === undefined ? [] : [[wire, value] as const];
    }),
  ]);
}

/** The same as a message. */
export function specToMessage(spec: VClusterInstanceSpec): VClusterSpec {
  return specOf(specToLeaves(spec));
}
