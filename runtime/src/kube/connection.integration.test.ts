import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  it,
  jest,
} from "@jest/globals";
import { startTcpRelay, type TcpRelay } from "../testing/tcp-relay.ts";
import { connectToTestbed, createNamespace, testbedKubeconfig } from "../testing/testbed.ts";
import { until } from "../testing/until.ts";
import type { KubeClient } from "./client.ts";
import {
  connectFromEnvironment,
  connectInCluster,
  connectWithPem,
  createConnection,
  type KubeConnection,
} from "./connection.ts";
import { type Credentials, kubeconfigSource } from "./credentials.ts";
import { createKubeClient } from "./http-client.ts";
import type { KubeObject, ResourceType } from "./object.ts";

jest.setTimeout(30_000);

const serviceAccounts: ResourceType = {
  group: "",
  version: "v1",
  plural: "serviceaccounts",
  kind: "ServiceAccount",
  namespaced: true,
};

let admin: KubeClient;
let adminCredentials: Credentials;
let relay: TcpRelay;
let directory: string;
let namespace: string;
let clients: KubeClient[];

beforeAll(async () => {
  admin = createKubeClient(connectToTestbed(process.env));
  adminCredentials = await kubeconfigSource(testbedKubeconfig(process.env), undefined)(false);
  namespace = await createNamespace(admin);
});

afterAll(async () => {
  await admin.close();
});

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "connection-"));
  relay = await startTcpRelay(adminCredentials.server);
  clients = [];
  await writeFile(join(directory, "ca.crt"), adminCredentials.ca ?? "");
});

afterEach(async () => {
  for (const client of clients) await client.close();
  await relay.close();
  await rm(directory, { recursive: true });
});

/** The relay's address, under which the server still shows the certificate of its own. */
function relayed(): { readonly server: string; readonly tlsServerName: string } {
  return {
    server: `https://127.0.0.1:${relay.port}`,
    tlsServerName: "kubernetes.default.svc",
  };
}

function clientOf(connection: KubeConnection): KubeClient {
  const client = createKubeClient(connection, { timeoutMs: 10_000 });
  clients.push(client);
  return client;
}

async function whoAmI(client: KubeClient): Promise<string> {
  const path = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
  const body = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
  const { text } = await client.request("POST", path, { body });
  const review = JSON.parse(text) as { status: { userInfo: { username: string } } };
  return review.status.userInfo.username;
}

async function tokenOf(name: string): Promise<string> {
  await admin.apply<KubeObject>(
    serviceAccounts,
    { metadata: { name, namespace } },
    { fieldManager: "test" },
  );
  const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
  const body = { apiVersion: "authentication.k8s.io/v1", kind: "TokenRequest", spec: {} };
  const { text } = await admin.request("POST", path, { body });
  return (JSON.parse(text) as { status: { token: string } }).status.token;
}

async function writeKubeconfig(user: object): Promise<string> {
  const { server, tlsServerName } = relayed();
  const file = join(directory, "kubeconfig");
  const document = {
    apiVersion: "v1",
    kind: "Config",
    "current-context": "it",
    clusters: [
      {
        name: "it",
        cluster: { server, "tls-server-name": tlsServerName, "certificate-authority": "ca.crt" },
      },
    ],
    users: [{ name: "it", user }],
    contexts: [{ name: "it", context: { cluster: "it", user: "it" } }],
  };
  await writeFile(file, JSON.stringify(document));
  return file;
}

function base64(text: string | undefined): string {
  return Buffer.from(text ?? "").toString("base64");
}

const account = (name: string): string => `system:serviceaccount:${namespace}:${name}`;

describe("a connection", () => {
  it("uses sockets again and again, for calls in a row and at once", async () => {
    const client = clientOf(connectWithPem({ ...adminCredentials, ...relayed() }));
    for (let i = 0; i < 30; i += 1) await whoAmI(client);
    expect(relay.accepted()).toBeLessThanOrEqual(2);
    await Promise.all(Array.from({ length: 8 }, () => whoAmI(client)));
    expect(relay.accepted()).toBeLessThanOrEqual(10);
  });

  it("closes its sockets", async () => {
    const client = clientOf(connectWithPem({ ...adminCredentials, ...relayed() }));
    await whoAmI(client);
    await client.close();
    await until(() => relay.open() === 0, 5_000);
    await expect(whoAmI(client)).rejects.toMatchObject({ reason: "ConnectionClosed" });
  });

  it("moves to a new client certificate or token in the file, and drains the old socket", async () => {
    let nowMs = 0;
    const certificate = {
      "client-certificate-data": base64(adminCredentials.cert),
      "client-key-data": base64(adminCredentials.key),
    };
    const file = await writeKubeconfig(certificate);
    const client = clientOf(createConnection(kubeconfigSource(file, undefined), () => nowMs));
    const before = await whoAmI(client);
    await writeKubeconfig({ token: await tokenOf("rotated") });
    expect(await whoAmI(client)).toBe(before);
    nowMs = 60_000;
    expect(await whoAmI(client)).toBe(account("rotated"));
    await until(() => relay.open() === 1, 5_000);
    expect(relay.accepted()).toBe(2);
  });

  it("reads a token file again after a refusal, and keeps its socket", async () => {
    await writeFile(join(directory, "token"), "stale");
    const client = clientOf(
      createConnection(kubeconfigSource(await writeKubeconfig({ tokenFile: "token" }), undefined)),
    );
    await expect(whoAmI(client)).rejects.toMatchObject({ kind: "denied", reason: "Unauthorized" });
    await writeFile(join(directory, "token"), `${await tokenOf("filed")}\n`);
    expect(await whoAmI(client)).toBe(account("filed"));
    expect(relay.accepted()).toBe(1);
  });

  it("runs an exec plugin once, tells it how it is asked, and runs it again after a refusal", async () => {
    const runs = join(directory, "runs");
    const token = join(directory, "token");
    await writeFile(token, "stale");
    const plugin = `
      const fs = require("node:fs");
      fs.appendFileSync(${JSON.stringify(runs)}, process.env.KUBERNETES_EXEC_INFO + "\\n");
      const status = { token: fs.readFileSync(${JSON.stringify(token)}, "utf8") };
      console.log(JSON.stringify({ apiVersion: "client.authentication.k8s.io/v1", kind: "ExecCredential", status }));`;
    const exec = {
      apiVersion: "client.authentication.k8s.io/v1",
      command: process.execPath,
      args: ["-e", plugin],
      interactiveMode: "Never",
    };
    let nowMs = 0;
    const source = kubeconfigSource(await writeKubeconfig({ exec }), undefined);
    const client = clientOf(createConnection(source, () => nowMs));
    await expect(whoAmI(client)).rejects.toMatchObject({ kind: "denied" });
    await writeFile(token, await tokenOf("plugged"));
    expect(await whoAmI(client)).toBe(account("plugged"));
    nowMs = 60_000;
    expect(await whoAmI(client)).toBe(account("plugged"));
    const infos = (await readFile(runs, "utf8")).trim().split("\n");
    expect(infos).toHaveLength(3);
    expect(JSON.parse(infos[0] ?? "")).toEqual({
      apiVersion: "client.authentication.k8s.io/v1",
      kind: "ExecCredential",
      spec: { interactive: false },
    });
  });

  it("says that a plugin failed without what the plugin said", async () => {
    const exec = {
      apiVersion: "client.authentication.k8s.io/v1",
      command: process.execPath,
      args: ["-e", 'console.error("hunter2"); process.exit(1)'],
    };
    const source = kubeconfigSource(await writeKubeconfig({ exec }), undefined);
    const failure = await whoAmI(clientOf(createConnection(source))).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ kind: "denied", reason: "CredentialsUnavailable" });
    expect(String(failure)).not.toContain("hunter2");
  });

  it("uses a Pod's service account, also after its token was replaced", async () => {
    await mkdir(join(directory, "pod"));
    await writeFile(join(directory, "pod", "token"), "stale");
    await writeFile(join(directory, "pod", "ca.crt"), adminCredentials.ca ?? "");
    const { hostname, port } = new URL(adminCredentials.server);
    const env = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
    const client = clientOf(connectInCluster(env, join(directory, "pod")));
    await expect(whoAmI(client)).rejects.toMatchObject({ kind: "denied", reason: "Unauthorized" });
    await writeFile(join(directory, "pod", "token"), await tokenOf("pod"));
    expect(await whoAmI(client)).toBe(account("pod"));
    expect(() => connectInCluster({})).toThrow(expect.objectContaining({ reason: "NotInCluster" }));
  });

  it.each([
    ["another authority", { ca: undefined }, "denied", "TLSFailed"],
    ["another name", { tlsServerName: "elsewhere.example" }, "denied", "TLSFailed"],
    ["nobody listening", { server: "https://127.0.0.1:1" }, "unavailable", "ConnectionFailed"],
  ] as const)("classifies %s", async (_name, over, kind, reason) => {
    const client = clientOf(connectWithPem({ ...adminCredentials, ...relayed(), ...over }));
    await expect(whoAmI(client)).rejects.toMatchObject({ kind, reason });
  });

  it.each([
    ["is missing", undefined, "CredentialsUnreadable"],
    ["is no YAML", "{{{", "KubeconfigInvalid"],
    ["has no such context", "{apiVersion: v1, kind: Config}", "KubeconfigContextNotFound"],
  ])("says what is wrong when the kubeconfig %s", async (_name, text, reason) => {
    const file = join(directory, "bad");
    if (text !== undefined) await writeFile(file, text);
    const client = clientOf(createConnection(kubeconfigSource(file, undefined)));
    await expect(whoAmI(client)).rejects.toMatchObject({ reason });
    await expect(connectFromEnvironment(file, {})).rejects.toMatchObject({ reason });
  });
});
