import { SPEC_BINDINGS } from "./binding.ts";

/** Blocks of a resource whose rules are about more than one field, and what they are called on the wire. */
const BLOCKS: readonly (readonly [resource: string, wire: string])[] = [
  ["spec.controlPlane.resources", "spec.resources"],
  ["spec.controlPlane", "spec.replicas"],
  ["spec.backingStore", "spec.backing_store"],
  ["spec.storage", "spec.storage"],
  ["spec.network.dns", "spec.network.dns"],
  ["spec.network", "spec.network"],
  ["spec.sync", "spec.sync"],
  ["spec.quota", "spec.quota"],
  ["spec.limits.defaultRequest", "spec.limits.default_requests"],
  ["spec.limits.default", "spec.limits.default_limits"],
  ["spec.limits.min", "spec.limits.min"],
  ["spec.limits.max", "spec.limits.max"],
  ["spec.limits", "spec.limits"],
  ["spec.ingress.tls", "spec.ingress.tls"],
  ["spec.ingress", "spec.ingress"],
  ["spec.serviceAccount", "spec.service_account"],
  ["spec.isolation", "spec.isolation_mode"],
  ["spec.chart", "spec.chart_version"],
  ["spec.owner", "owner"],
  ["spec.project", "project"],
  ["metadata.name", "name"],
  ["metadata.namespace", "namespace"],
  ["metadata.labels", "labels"],
];

const FIELDS = SPEC_BINDINGS.map(
  ({ wire, resource }) => [`spec.${resource.join(".")}`, `spec.${wire}`] as const,
);

/** The field of the contract that a field of the resource stands for; the same text if there is none. */
export function wirePath(resourcePath: string): string {
  const known = [...FIELDS, ...BLOCKS];
  const exact = known.find(([resource]) => resource === resourcePath);
  if (exact !== undefined) return exact[1];
  const around = known
    .filter(
      ([resource]) =>
        /^[.[]/.test(resourcePath.slice(resource.length)) && resourcePath.startsWith(resource),
    )
    .sort(([a], [b]) => b.length - a.length)[0];
  if (around === undefined) return resourcePath;
  const below = resourcePath.slice(around[0].length);
  return FIELDS.some(([resource]) => resource === around[0]) ? `${around[1]}${below}` : around[1];
}
