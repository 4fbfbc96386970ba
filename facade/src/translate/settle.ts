import { type Leaves, leavesFrom } from "./leaf.ts";

const HA_REPLICAS = 3;

/** Switches, and what has no meaning while they are off. */
const SWITCHES: readonly (readonly [wire: string, belongs: string])[] = [
  ["ingress.enabled", "ingress."],
  ["ingress.tls.enabled", "ingress.tls."],
  ["ingress.tls.use_cert_manager", "ingress.tls.issuer_"],
];

/**
 * Fills in what one field says about another: high availability asks for three replicas and etcd, and
 * an issuer is of the kind Issuer unless told otherwise.
 */
export function settled(leaves: Leaves): Leaves {
  const full = new Map(leaves);
  if (leaves.get("enable_ha") === true) {
    if (!leaves.has("replicas")) full.set("replicas", HA_REPLICAS);
    if (!leaves.has("backing_store.type")) full.set("backing_store.type", "etcd");
  }
  if (leaves.has("ingress.tls.issuer_name") && !leaves.has("ingress.tls.issuer_kind")) {
    full.set("ingress.tls.issuer_kind", "Issuer");
  }
  return full;
}

/**
 * Takes back what followed from fields that a change replaced: what belongs to a switch that was
 * turned off goes with it, and high availability asked for anew outranks a single replica of before.
 *
 * @param leaves - The fields before, overlaid with the change.
 * @param asked - The fields that the change sets.
 */
export function reconciled(leaves: Leaves, asked: Leaves): Leaves {
  const isHaAsked = asked.get("enable_ha") === true;
  const off = SWITCHES.filter(([wire]) => !leaves.has(wire)).map(([, belongs]) => belongs);
  return settled(
    leavesFrom(
      [...leaves].filter(([path, value]) => {
        if (asked.has(path)) return true;
        if (path === "enable_ha") return false;
        if (path === "replicas" && value === 1) return !isHaAsked;
        return !off.some((belongs) => path.startsWith(belongs));
      }),
    ),
  );
}
