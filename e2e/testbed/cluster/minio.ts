import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { request } from "node:http";
import type { Components } from "../component.ts";

/** An S3 server with no buckets. */
export interface Minio {
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
}

/** Starts MinIO on an address and waits until it is ready. */
export async function startMinio(
  spec: {
    /** Of the component. */
    readonly name: string;
    /** For its data. */
    readonly directory: string;
    readonly address: string;
    readonly port: number;
    readonly signal?: AbortSignal;
  },
  binary: string,
  components: Components,
): Promise<Minio> {
  const { name, directory } = spec;
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const minio: Minio = {
    endpoint: `http://${spec.address}:${spec.port}`,
    accessKey: "testbed",
    secretKey: randomBytes(16).toString("hex"),
  };
  await components.start({
    name,
    argv: [binary, "server", "--quiet", "--address", `${spec.address}:${spec.port}`, directory],
    env: {
      MINIO_ROOT_USER: minio.accessKey,
      MINIO_ROOT_PASSWORD: minio.secretKey,
      MINIO_BROWSER: "off",
      MINIO_UPDATE: "off",
    },
  });
  await components.untilReady(name, () => answers(`${minio.endpoint}/minio/health/ready`), {
    timeoutMs: 60_000,
    ...(spec.signal ? { signal: spec.signal } : {}),
  });
  return minio;
}

function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const call = request(url, { agent: false, timeout: 2_000 }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    call.on("timeout", () => call.destroy());
    call.on("error", () => {
      resolve(false);
    });
    call.end();
  });
}
