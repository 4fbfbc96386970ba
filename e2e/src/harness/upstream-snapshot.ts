import type { Kubectl } from "./kubectl.ts";
import type { Bucket } from "./snapshots.ts";
import { waitFor } from "./wait.ts";

/** Which virtual cluster, and where its archive goes. */
export interface UpstreamArchive {
  /** Name of the release. */
  readonly name: string;
  /** Its namespace on the host. */
  readonly namespace: string;
  readonly bucket: Bucket;
  /** Key in the bucket. */
  readonly key: string;
}

interface RequestMap {
  readonly data?: { readonly snapshotRequest?: string };
}

/**
 * Lets vcluster itself write an archive, by the request that `vcluster snapshot create` makes. Returns how long that
 * took, milliseconds.
 */
export async function writeUpstreamArchive(
  kubectl: Kubectl,
  { name, namespace, bucket, key }: UpstreamArchive,
): Promise<number> {
  const { minio } = bucket;
  const request = `${name}-snapshot-request-1`;
  const metadata = {
    namespace,
    name: request,
    labels: {
      "vcluster.loft.sh/vcluster-namespace": namespace,
      "vcluster.loft.sh/vcluster-name": name,
      "vcluster.loft.sh/snapshot-request": "",
    },
  };
  const options = {
    type: "s3",
    s3: {
      bucket: bucket.name,
      key,
      region: "us-east-1",
      url: minio.endpoint,
      "access-key-id": minio.accessKey,
      "secret-access-key": minio.secretKey,
      "skip-client-credentials": true,
      "force-path-style": true,
    },
  };
  const startMs = Date.now();
  const asked = {
    metadata: { name: request, creationTimestamp: new Date(startMs).toISOString() },
    spec: { url: `s3://${bucket.name}/${key}` },
    status: {},
  };
  await kubectl.apply(
    {
      ...{ apiVersion: "v1", kind: "Secret", metadata },
      stringData: { snapshotOptions: JSON.stringify(options) },
    },
    {
      ...{ apiVersion: "v1", kind: "ConfigMap", metadata },
      data: { snapshotRequest: JSON.stringify(asked) },
    },
  );
  const read = async (): Promise<string> => {
    const map = await kubectl.get<RequestMap>("configmap", "-n", namespace, request);
    const told = JSON.parse(map?.data?.snapshotRequest ?? "{}") as {
      readonly status?: { readonly phase?: string };
    };
    return told.status?.phase ?? "";
  };
  await waitFor("vcluster has written its archive", async () => (await read()) === "Completed", {
    describe: read,
  });
  return Date.now() - startMs;
}
