import type { JsonObject } from "../../json.ts";
import type { RenderInput } from "../renderer.ts";
import { initContainerResources, syncerResources } from "./resources.ts";

/**
 * Size, probes and disruption budget of the control plane. Replicas 0 is how an instance is suspended or kept from
 * its store: nothing that renders these values again can wake it.
 *
 * @param input - what is rendered
 * @returns values
 */
export function controlPlaneValues(input: RenderInput): JsonObject {
  const replicas = input.spec.controlPlane?.replicas ?? 1;
  const dns = dnsConfig(input);
  return {
    controlPlane: {
      distro: { k8s: { resources: initContainerResources(input.spec) } },
      statefulSet: {
        highAvailability: { replicas: input.mode === "running" ? replicas : 0 },
        resources: syncerResources(input.spec),
        // The chart looks every 6 s, which is up to 6 s of waiting after the API answers. The budget stays 30 min.
        probes: { startupProbe: { periodSeconds: 1, failureThreshold: 1800 } },
        ...(dns === undefined ? {} : { dnsConfig: dns }),
      },
      advanced: { podDisruptionBudget: disruptionBudget(replicas) },
    },
  };
}

function disruptionBudget(replicas: number): JsonObject {
  return replicas > 1 ? { enabled: true, maxUnavailable: 1 } : { enabled: false };
}

function dnsConfig(input: RenderInput): JsonObject | undefined {
  const dns = input.spec.network?.dns;
  if (dns === undefined) return undefined;
  return {
    ...(dns.nameservers === undefined ? {} : { nameservers: dns.nameservers }),
    ...(dns.searches === undefined ? {} : { searches: dns.searches }),
    ...(dns.options === undefined ? {} : { options: dns.options.map(resolverOption) }),
  };
}

function resolverOption(option: string): JsonObject {
  const colon = option.indexOf(":");
  if (colon < 0) return { name: option };
  return { name: option.slice(0, colon), value: option.slice(colon + 1) };
}
