import { join } from "node:path";
import type { Testbed } from "../info.ts";

/**
 * Environment variables that test files read. They hold names, paths and URLs; secrets are behind
 * the paths. `TESTBED_NAME` lets a test attach, to load an image or to kill a component.
 */
export function environmentFor(testbed: Testbed): Readonly<Record<string, string>> {
  return {
    TESTBED_NAME: testbed.name,
    TESTBED_INFO: join(testbed.directory, "testbed.json"),
    TESTBED_KUBECONFIG: testbed.kubeconfigPath,
    TESTBED_SERVER: testbed.server,
    TESTBED_ADDRESS: testbed.address,
    TESTBED_HELM: testbed.binaries.helm,
    TESTBED_KUBECTL: testbed.binaries.kubectl,
    TESTBED_CHARTS: testbed.chartsDirectory,
    TESTBED_ETCD: testbed.etcd.endpoint,
    TESTBED_ETCD_CA: testbed.etcd.caFile,
    TESTBED_ETCD_CERT: testbed.etcd.certFile,
    TESTBED_ETCD_KEY: testbed.etcd.keyFile,
  };
}
