import { runCommand } from "../../testbed/host/command.ts";
import type { Api } from "./api.ts";
import type { HollowCluster } from "./hollow-cluster.ts";
import { waitFor } from "./wait.ts";

/** Kills the API server and waits until its successor is ready. */
export async function restartApiServer(
  { testbed }: Pick<HollowCluster, "testbed">,
  api: Api,
): Promise<void> {
  await testbed.restart("kube-apiserver");
  const isReady = async (): Promise<boolean> => (await api.call("GET", "/readyz")).status === 200;
  await waitFor("the API server is back", isReady, { intervalMs: 100 });
}

/** Makes etcd forget everything but the present, so that nobody can go on from before. */
export async function compactStore(
  { testbed }: Pick<HollowCluster, "testbed">,
  api: Api,
): Promise<void> {
  const { body } = await api.call("GET", "/api/v1/namespaces?limit=1");
  const { resourceVersion } = (body as { readonly metadata: { readonly resourceVersion: string } })
    .metadata;
  const { endpoint, caFile, certFile, keyFile } = testbed.etcd;
  await runCommand(testbed.binaries.etcdctl, [
    `--endpoints=${endpoint}`,
    `--cacert=${caFile}`,
    `--cert=${certFile}`,
    `--key=${keyFile}`,
    "compact",
    resourceVersion,
  ]);
}
