import { stringify } from "yaml";
import type { KeyPair } from "./pki.ts";

/** Text of a kubeconfig with everything inside. */
export function kubeconfigText(server: string, caCert: string, pair: KeyPair): string {
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name: "testbed", cluster: { server, "certificate-authority-data": base64(caCert) } },
    ],
    users: [
      {
        name: "admin",
        user: { "client-certificate-data": base64(pair.cert), "client-key-data": base64(pair.key) },
      },
    ],
    contexts: [{ name: "testbed", context: { cluster: "testbed", user: "admin" } }],
    "current-context": "testbed",
  });
}
