import { randomBytes } from "node:crypto";
import type {
  VClusterRestore,
  VClusterSnapshot,
  VClusterSnapshotLocation,
} from "@open-vcluster/crds";
import { ensureBucket } from "../../testbed/cluster/bucket.ts";
import type { Minio } from "../../testbed/cluster/minio.ts";
import type { Kubectl } from "./kubectl.ts";
import { testbedOfRun } from "./node-testbed.ts";
import type { Product } from "./product.ts";
import { waitFor } from "./wait.ts";

/** The names of what {@link makeLocation} makes. */
export const LOCATION = "bucket";
const CREDENTIALS = "bucket-credentials";
const KEY = "bucket-key";

/** A bucket of the testbed's MinIO, and the key of what lies in it. */
export interface Bucket {
  readonly name: string;
  readonly minio: Minio;
  /** 32 bytes in base64. */
  readonly key: string;
}

/** Makes an empty bucket. */
export async function makeBucket(product: Pick<Product, "testbed">, name: string): Promise<Bucket> {
  const { minio } = testbedOfRun(product.testbed);
  if (minio === undefined) throw new Error("The testbed has no MinIO");
  await ensureBucket(minio, name);
  return { name, minio, key: randomBytes(32).toString("base64") };
}

/** Where a bucket is, and the Secret with what opens it. */
export function s3Of(
  { name, minio }: Bucket,
  credentials: string = CREDENTIALS,
): NonNullable<VClusterSnapshotLocation["spec"]["s3"]> {
  return {
    endpoint: minio.endpoint,
    bucket: name,
    prefix: "clusters",
    credentialsSecretRef: { name: credentials },
  };
}

/** A Secret to apply. */
export function secretOf(namespace: string, name: string, stringData: object): object {
  return { apiVersion: "v1", kind: "Secret", metadata: { namespace, name }, stringData };
}

/** A location in the bucket, encrypted, with the Secrets that it needs. */
export async function makeLocation(
  kubectl: Kubectl,
  namespace: string,
  bucket: Bucket,
  change: Partial<VClusterSnapshotLocation["spec"]> = {},
): Promise<void> {
  const { minio, key } = bucket;
  const location: VClusterSnapshotLocation = {
    apiVersion: "openvcluster.io/v1alpha1",
    kind: "VClusterSnapshotLocation",
    metadata: { namespace, name: LOCATION },
    spec: {
      s3: s3Of(bucket),
      encryption: { keySecretRef: { name: KEY } },
      probeInterval: "5s",
      ...change,
    },
  };
  await kubectl.apply(
    secretOf(namespace, CREDENTIALS, {
      accessKeyId: minio.accessKey,
      secretAccessKey: minio.secretKey,
    }),
    secretOf(namespace, KEY, { key }),
    location,
  );
}

/** A snapshot to apply. */
export function snapshotOf(
  namespace: string,
  name: string,
  spec: VClusterSnapshot["spec"],
): VClusterSnapshot {
  return {
    apiVersion: "openvcluster.io/v1alpha1",
    kind: "VClusterSnapshot",
    metadata: { namespace, name },
    spec: { locationRef: { name: LOCATION }, ...spec },
  };
}

/** A restore to apply. */
export function restoreOf(
  namespace: string,
  name: string,
  spec: VClusterRestore["spec"],
): VClusterRestore {
  return {
    apiVersion: "openvcluster.io/v1alpha1",
    kind: "VClusterRestore",
    metadata: { namespace, name },
    spec,
  };
}

interface Conditioned {
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
    }[];
  };
}

/** Waits until a condition of an object reads as wanted, such as `Ready=True Verified`. */
export function waitForState<T extends Conditioned>(
  kubectl: Kubectl,
  kind: string,
  at: { readonly namespace: string; readonly name: string },
  wanted: string,
  timeoutMs = 240_000,
): Promise<T> {
  const read = (): Promise<T | undefined> => kubectl.get<T>(kind, "-n", at.namespace, at.name);
  return waitFor(
    `${kind} ${at.namespace}/${at.name} has ${wanted}`,
    async () => {
      const object = await read();
      const texts = (object?.status?.conditions ?? []).map(
        ({ type, status, reason }) => `${type}=${status} ${reason ?? ""}`,
      );
      return texts.some((text) => text.startsWith(wanted)) ? object : undefined;
    },
    { timeoutMs, describe: async () => JSON.stringify((await read())?.status, null, 2) },
  );
}
