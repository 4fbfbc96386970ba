import type { VClusterInstanceSpec } from "@open-vcluster/crds";
import type { JsonObject } from "./json.ts";

/**
 * The parts of a spec that carry text or rights of the author's choice, at the paths of the chart where they end:
 * the typed fields must not open what raw values may not do.
 *
 * @param spec - desired state
 * @returns values to be checked like raw ones
 */
export function authoredValues(spec: VClusterInstanceSpec): JsonObject {
  const { toHost, fromHost } = spec.sync ?? {};
  return {
    controlPlane: {
      ingress: {
        ...(spec.ingress === undefined ? {} : { host: spec.ingress.host }),
        annotations: spec.ingress?.annotations ?? {},
        spec: ingressSpec(spec),
      },
      advanced: { serviceAccount: { annotations: spec.serviceAccount?.annotations ?? {} } },
    },
    sync: { toHost: switches(toHost ?? {}), fromHost: switches(fromHost ?? {}) },
    plugins: Object.fromEntries(
      (spec.plugins ?? []).map((plugin) => [plugin.name, { image: plugin.image }]),
    ),
  };
}

/** Where each of these paths comes from, for the message. */
export const AUTHORED_FIELDS: readonly (readonly [prefix: string, field: string])[] = [
  ["controlPlane.ingress", "spec.ingress"],
  ["controlPlane.advanced.serviceAccount", "spec.serviceAccount"],
  ["sync", "spec.sync"],
  ["plugins", "spec.plugins"],
];

function ingressSpec(spec: VClusterInstanceSpec): JsonObject {
  const { className, tls } = spec.ingress ?? {};
  return {
    ...(className === undefined ? {} : { ingressClassName: className }),
    ...(tls === undefined ? {} : { tls: [{ secretName: tls.secretName }] }),
  };
}

// A kind that is off asks for nothing.
function switches(kinds: object): JsonObject {
  const on = Object.entries(kinds).filter(
    ([kind, value]) => value === true && !kind.startsWith("all"),
  );
  return Object.fromEntries(on.map(([kind]) => [kind, { enabled: true }]));
}
