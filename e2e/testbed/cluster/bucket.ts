import { Client } from "minio";
import { AssumeRoleProvider } from "minio/dist/esm/AssumeRoleProvider.mjs";
import type { Minio } from "./minio.ts";

/** Makes a bucket, unless it is there. */
export async function ensureBucket(minio: Minio, name: string): Promise<void> {
  const client = clientOf(minio);
  if (!(await client.bucketExists(name))) await client.makeBucket(name);
}

/** Bytes of an object. */
export async function objectBytes(minio: Minio, bucket: string, key: string): Promise<number> {
  return (await clientOf(minio).statObject(bucket, key)).size;
}

/** Keys of all objects. */
export async function objectKeys(minio: Minio, bucket: string): Promise<readonly string[]> {
  const objects: AsyncIterable<{ readonly name?: string }> = clientOf(minio).listObjectsV2(
    bucket,
    "",
    true,
  );
  const keys: string[] = [];
  for await (const { name = "" } of objects) keys.push(name);
  return keys;
}

/** Keys of uploads that began and neither ended nor were given up. */
export async function unfinishedUploads(minio: Minio, bucket: string): Promise<readonly string[]> {
  const uploads: AsyncIterable<{ readonly key: string }> = clientOf(minio).listIncompleteUploads(
    bucket,
    "",
    true,
  );
  const keys: string[] = [];
  for await (const { key } of uploads) keys.push(key);
  return keys;
}

/** Content of an object. */
export async function readObject(minio: Minio, bucket: string, key: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of await clientOf(minio).getObject(bucket, key)) {
    pieces.push(piece as Buffer);
  }
  return Buffer.concat(pieces);
}

/** Writes an object in place of the one that is there. */
export async function writeObject(
  minio: Minio,
  bucket: string,
  object: { readonly key: string; readonly content: Buffer },
): Promise<void> {
  await clientOf(minio).putObject(bucket, object.key, object.content);
}

/** Begins an upload in parts, and never ends it. */
export async function beginUpload(minio: Minio, bucket: string, key: string): Promise<void> {
  await clientOf(minio).initiateNewMultipartUpload(bucket, key, {});
}

/** Credentials for a while. */
export interface TemporaryCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string | undefined;
}

/** Credentials that may do these actions, such as `s3:GetObject`, and nothing else. */
export async function credentialsFor(
  { endpoint, accessKey, secretKey }: Minio,
  actions: readonly string[],
): Promise<TemporaryCredentials> {
  const statement = { Effect: "Allow", Action: actions, Resource: ["arn:aws:s3:::*"] };
  const provider = new AssumeRoleProvider({
    stsEndpoint: endpoint,
    accessKey,
    secretKey,
    policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
  });
  const given = await provider.getCredentials();
  return {
    accessKeyId: given.getAccessKey(),
    secretAccessKey: given.getSecretKey(),
    sessionToken: given.getSessionToken(),
  };
}

function clientOf({ endpoint, accessKey, secretKey }: Minio): Client {
  const { hostname, port } = new URL(endpoint);
  return new Client({
    endPoint: hostname,
    port: Number(port),
    useSSL: false,
    accessKey,
    secretKey,
  });
}
