import { randomBytes } from "node:crypto";
import { ensureBucket } from "../../e2e/testbed/cluster/bucket.ts";
import type { Minio } from "../../e2e/testbed/cluster/minio.ts";
import type { Kubectl } from "./kubectl.ts";
import { PRODUCT_NAMESPACE } from "./product.ts";

const BUCKET = "snapshots";
const NAME = "local";
const CREDENTIALS = "local-snapshots";
const KEY = "local-snapshots-key";

/** The location of snapshots that name none, as NAMESPACE/NAME. */
export const LOCAL_LOCATION: `${typeof PRODUCT_NAMESPACE}/${typeof NAME}` = `${PRODUCT_NAMESPACE}/${NAME}`;

/** Makes the bucket of this machine the place for snapshots; a key that is there stays. */
export async function ensureSnapshotLocation(minio: Minio, kubectl: Kubectl): Promise<void> {
  await ensureBucket(minio, BUCKET);
  const metadata = (name: string): object => ({ name, namespace: PRODUCT_NAMESPACE });
  const items: object[] = [
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: metadata(CREDENTIALS),
      stringData: { accessKeyId: minio.accessKey, secretAccessKey: minio.secretKey },
    },
    {
      apiVersion: "openvcluster.io/v1alpha1",
      kind: "VClusterSnapshotLocation",
      metadata: metadata(NAME),
      spec: {
        s3: {
          endpoint: minio.endpoint,
          bucket: BUCKET,
          credentialsSecretRef: { name: CREDENTIALS },
        },
        encryption: { keySecretRef: { name: KEY } },
      },
    },
  ];
  const found = await kubectl([
    ...["get", "secret", KEY, "--namespace", PRODUCT_NAMESPACE],
    ...["--ignore-not-found", "-o", "name"],
  ]);
  if (found.trim() === "") {
    const data = { key: randomBytes(32).toString("base64") };
    items.push({ apiVersion: "v1", kind: "Secret", metadata: metadata(KEY), stringData: data });
  }
  const list = { apiVersion: "v1", kind: "List", items };
  await kubectl(["apply", "--server-side", "--force-conflicts", "-f", "-"], JSON.stringify(list));
}
