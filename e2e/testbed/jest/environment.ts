import type { Testbed } from "../info.ts";

/** Environment variables that test files read; they hold paths and URLs, no secret but by path. */
export function environmentFor(testbed: Testbed): Readonly<Record<string, string>> {
  return {
    TESTBED_NAME: testbed.name,
    TESTBED_KUBECONFIG: testbed.kubeconfigPath,
    TESTBED_SERVER: testbed.server,
    TESTBED_HELM: testbed.binaries.helm,
    TESTBED_KUBECTL: testbed.binaries.kubectl,
    TESTBED_CHARTS: testbed.chartsDirectory,
    TESTBED_ETCD: testbed.etcd.endpoint,
    TESTBED_ETCD_CA: testbed.etcd.caFile,
    TESTBED_ETCD_CERT: testbed.etcd.certFile,
    TESTBED_ETCD_KEY: testbed.etcd.keyFile,
  };
}
