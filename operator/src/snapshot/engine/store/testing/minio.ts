import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client } from "minio";
import { request } from "undici";
import { freePorts, type Program, programPath, startProgram } from "../../testing/programs.ts";
import type { S3Config, S3Credentials } from "../s3/s3-config.ts";

const REGION = "us-east-1";

/** A MinIO of this test. */
export interface TestMinio {
  readonly endpoint: URL;
  readonly credentials: S3Credentials;
  readonly directory: string;
  /** Makes a bucket; returns how to reach it. */
  newBucket(): Promise<S3Config>;
  /** As the administrator, for looking at what a store left. */
  readonly client: Client;
  /** Ends it at once. */
  kill(): Promise<void>;
  /** On the same data and port, with these credentials from now on. */
  start(credentials: S3Credentials): Promise<void>;
  /** Ends it and removes its data. */
  close(): Promise<void>;
}

export function newCredentials(): S3Credentials {
  return { accessKey: randomBytes(8).toString("hex"), secretKey: randomBytes(16).toString("hex") };
}

/** @param directory - an existing one for the data; a temporary one if absent. */
export async function startTestMinio(
  env: Readonly<Record<string, string | undefined>>,
  directory?: string,
): Promise<TestMinio> {
  const data = directory ?? (await mkdtemp(path.join(tmpdir(), "minio-")));
  const [port = 0] = await freePorts(1);
  const endpoint = new URL(`http://127.0.0.1:${port}`);
  const credentials = newCredentials();
  let program: Program | undefined;

  const start = async (current: S3Credentials): Promise<void> => {
    program = await startProgram({
      program: programPath(env, "minio"),
      args: ["server", "--quiet", "--address", endpoint.host, data],
      env: {
        HOME: data,
        MINIO_ROOT_USER: current.accessKey,
        MINIO_ROOT_PASSWORD: current.secretKey,
        MINIO_BROWSER: "off",
        MINIO_UPDATE: "off",
      },
      isReady: async () => {
        const answer = await request(new URL("/minio/health/ready", endpoint));
        await answer.body.dump();
        return answer.statusCode === 200;
      },
    });
  };

  const kill = async (): Promise<void> => {
    await program?.kill();
  };

  await start(credentials);
  const client = new Client({
    endPoint: endpoint.hostname,
    port,
    useSSL: false,
    region: REGION,
    ...credentials,
  });
  return {
    endpoint,
    credentials,
    directory: data,
    client,
    newBucket: async () => {
      const bucket = `test-${randomBytes(5).toString("hex")}`;
      await client.makeBucket(bucket, REGION);
      return { endpoint, region: REGION, bucket, prefix: "in/side/", pathStyle: true, credentials };
    },
    kill,
    start,
    close: async () => {
      await kill();
      await rm(data, { recursive: true, force: true });
    },
  };
}
