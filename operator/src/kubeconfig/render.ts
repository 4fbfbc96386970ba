import { stringify } from "yaml";
import type { VirtualCredentials } from "./credentials.ts";

/** Where a kubeconfig points. */
export interface KubeconfigTarget {
  /** `https://…`, without a slash at the end. */
  readonly server: string;
  /** Name of cluster, user and context in the file: what people see in `kubectl config get-contexts`. */
  readonly contextName: string;
}

/** Renders a kubeconfig with one context. Deterministic. Pure. */
export function renderKubeconfig(
  target: KubeconfigTarget,
  credentials: VirtualCredentials,
): string {
  const { contextName } = target;
  return stringify(
    {
      apiVersion: "v1",
      kind: "Config",
      clusters: [
        {
          name: contextName,
          cluster: { server: target.server, "certificate-authority-data": base64(credentials.ca) },
        },
      ],
      users: [{ name: contextName, user: userOf(credentials) }],
      contexts: [{ name: contextName, context: { cluster: contextName, user: contextName } }],
      "current-context": contextName,
    },
    { lineWidth: 0 },
  );
}

function userOf(credentials: VirtualCredentials): Record<string, string> {
  return {
    ...(credentials.cert === undefined
      ? {}
      : { "client-certificate-data": base64(credentials.cert) }),
    ...(credentials.key === undefined ? {} : { "client-key-data": base64(credentials.key) }),
    ...(credentials.token === undefined ? {} : { token: credentials.token }),
  };
}

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}
