import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { connect as connectHttp2 } from "node:http2";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type ConnectionOptions, connect, type PeerCertificate, type TLSSocket } from "node:tls";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { systemClock } from "@open-vcluster/runtime";
import {
  createRecordingLogger,
  type RecordingLogger,
} from "@open-vcluster/runtime/testing/recording-logger";
import { until } from "@open-vcluster/runtime/testing/until";
import { createOrigins, type Origin } from "../call/origin.ts";
import { type Authority, createAuthority, type Identity } from "../testing/authority.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { type RunningServer, startServer } from "./server.ts";

const PATIENCE_MS = 10_000;
let directory: string;
let authority: Authority;
let server: RunningServer;
let logger: RecordingLogger;
let origins: Origin[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "facade-tls-"));
  authority = await createAuthority("servers");
  logger = createRecordingLogger();
  origins = [];
});
afterEach(async () => {
  await server.close(0);
  await rm(directory, { recursive: true });
});

/** Exchanges the files as the kubelet does: a new directory, and one link that is renamed over the old one. */
async function publish(version: string, { key, cert }: Identity): Promise<void> {
  const folder = join(directory, version);
  await mkdir(folder);
  await writeFile(join(folder, "tls.key"), key);
  await writeFile(join(folder, "tls.crt"), cert);
  await symlink(version, join(directory, "next"));
  await rename(join(directory, "next"), join(directory, "current"));
}

async function start(clientCaFile?: string): Promise<void> {
  const carrier = createOrigins();
  server = await startServer({
    host: "127.0.0.1",
    port: 0,
    tls: {
      certificateFile: join(directory, "current", "tls.crt"),
      keyFile: join(directory, "current", "tls.key"),
      clientCaFile,
    },
    tlsIntervalMs: 50,
    limits: DEFAULT_LIMITS,
    serve: (asked, response) => {
      carrier.run(asked, () => {
        origins.push(carrier.current());
        response.end(asked.httpVersion);
        return true;
      });
    },
    logger,
    clock: systemClock,
  });
}

async function get(options: ConnectionOptions = {}): Promise<string> {
  const asked = request({
    host: "127.0.0.1",
    port: server.address.port,
    ca: authority.cert,
    agent: false,
    ...options,
  });
  const answer = Promise.withResolvers<string>();
  asked.on("error", answer.reject);
  asked.on("response", (response) => {
    answer.resolve(text(response));
  });
  asked.end();
  return answer.promise;
}

async function getHttp2(): Promise<string> {
  const session = connectHttp2(`https://127.0.0.1:${server.address.port}`, { ca: authority.cert });
  const answer = await text(session.request());
  session.close();
  return answer;
}

async function servedName(): Promise<string> {
  const socket: TLSSocket = connect({
    host: "127.0.0.1",
    port: server.address.port,
    ca: authority.cert,
  });
  const certificate = await new Promise<PeerCertificate>((resolve, reject) => {
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      resolve(socket.getPeerCertificate());
    });
  });
  socket.destroy();
  return [certificate.subject.CN].flat().join();
}

describe("a server with TLS", () => {
  it("speaks HTTP/1.1 and HTTP/2 on one port, as the client wishes", async () => {
    await publish("1", await authority.issue("CN=first"));
    await start();
    expect(await get()).toBe("1.1");
    expect(await getHttp2()).toBe("2.0");
    expect(origins[0]).toMatchObject({ address: "127.0.0.1", isTls: true });
  });

  it("takes exchanged files without a restart, and keeps the old ones while the new are bad", async () => {
    await publish("1", await authority.issue("CN=first"));
    await start();
    const first = await authority.issue("CN=mixed");
    const second = await authority.issue("CN=second");
    await publish("2", { key: first.key, cert: second.cert });
    await until(() => logger.lines.some((line) => line.level === "error"), PATIENCE_MS);
    expect(await servedName()).toBe("first");
    await publish("3", second);
    await until(async () => (await servedName()) === "second", PATIENCE_MS);
    expect(await get()).toBe("1.1");
  });

  it("does not start with files that do not belong together", async () => {
    await publish("1", await authority.issue("CN=first"));
    await start();
    const other = await authority.issue("CN=other");
    await publish("2", { key: other.key, cert: (await authority.issue("CN=first")).cert });
    await expect(start()).rejects.toMatchObject({ kind: "invalid", reason: "TLSFilesUnusable" });
  });

  it("reads client certificates, and tells which are good", async () => {
    await publish("1", await authority.issue("CN=first"));
    const clients = await createAuthority("clients");
    const file = join(directory, "clients.crt");
    await writeFile(file, clients.cert);
    await start(file);
    const strangers = await createAuthority("strangers");
    await get();
    await get(await clients.issue("CN=alice,O=devs,O=ops"));
    await get(await strangers.issue("CN=alice"));
    await get(await clients.issue("CN=alice", new Date("2020-01-01")));
    expect(origins.map(({ certificate }) => certificate?.isVerified)).toEqual([
      undefined,
      true,
      false,
      false,
    ]);
    expect(origins[1]?.certificate?.subject).toEqual({ CN: "alice", O: ["devs", "ops"] });
    await writeFile(file, strangers.cert);
    await until(async () => {
      await get(await strangers.issue("CN=bob"));
      return origins.at(-1)?.certificate?.isVerified === true;
    }, PATIENCE_MS);
    await get(await clients.issue("CN=alice"));
    expect(origins.at(-1)?.certificate?.isVerified).toBe(false);
  });
});
