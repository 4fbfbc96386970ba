import { connectWithPem, createKubeClient, type KubeClient } from "@open-vcluster/runtime";
import { readCredentials, type SecretData } from "../kubeconfig/credentials.ts";

/** Where a virtual API is dialled. */
export interface VirtualAddress {
  /** Name of Service and release. */
  readonly name: string;
  readonly targetNamespace: string;
  /** ClusterIP of Service NAME: the operator may run where cluster DNS does not reach. */
  readonly clusterIP: string;
}

/** Deadline of one call to a virtual API, milliseconds. */
const CALL_TIMEOUT_MS = 10_000;

/**
 * A client for the virtual API, with the admin credentials of Secret `vc-NAME`. The caller closes it.
 *
 * Dials the ClusterIP and expects the certificate of `NAME.NS`, a name that vcluster always puts into it
 * (`pkg/server/cert/cert.go`).
 *
 * @throws Failure `unavailable`, reason `KubeconfigIncomplete`, while the Secret has no usable credentials.
 */
export function connectVirtual(source: SecretData, address: VirtualAddress): KubeClient {
  const host = address.clusterIP.includes(":") ? `[${address.clusterIP}]` : address.clusterIP;
  const connection = connectWithPem({
    server: `https://${host}:443`,
    tlsServerName: `${address.name}.${address.targetNamespace}`,
    ...readCredentials(source),
  });
  return createKubeClient(connection, {
    userAgent: "open-vcluster-operator",
    timeoutMs: CALL_TIMEOUT_MS,
  });
}
