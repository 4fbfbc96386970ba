import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { VClusterInstance } from "@open-vcluster/crds";
import type { KubeClient } from "@open-vcluster/runtime";
import { parse } from "yaml";
import { issueKubeconfig } from "./issue.ts";
import type { OpenVirtual } from "./virtual-access.ts";

interface Asked {
  readonly url: string | undefined;
  readonly authorization: string | undefined;
}

const HOUR_MS = 3_600_000;
const asked: Asked[] = [];
const api = createServer(({ url, headers }, response) => {
  asked.push({ url, authorization: headers.authorization });
  response.end("{}");
});

beforeAll(async () => {
  api.listen(0, "127.0.0.1");
  await once(api, "listening");
});
afterAll(() => {
  api.close();
});

describe("a kubeconfig that asks for tokens", () => {
  it("asks this API, as its caller, for tokens that are good as long as was wanted", async () => {
    const { status } = await run(await execPlugin(3 * HOUR_MS), { OPENVCLUSTER_TOKEN: "mine" });
    expect(status).toBe(0);
    expect(asked).toEqual([
      {
        url: "/v1/namespaces/team/vclusters/web/credential?validityHours=3",
        authorization: "Bearer mine",
      },
    ]);
  });

  it("says which variable is missing instead of asking without a token", async () => {
    asked.length = 0;
    const { status, complaint } = await run(await execPlugin(HOUR_MS), {});
    expect(status).not.toBe(0);
    expect(complaint).toMatch(/OPENVCLUSTER_TOKEN.*must hold a token for the API of open-vcluster/);
    expect(asked).toEqual([]);
  });
});

interface Plugin {
  readonly command: string;
  readonly args: readonly string[];
}

async function execPlugin(validityMs: number): Promise<Plugin> {
  const { port } = api.address() as AddressInfo;
  const wish = { format: "exec", validityMs, apiUrl: `http://127.0.0.1:${port}` } as const;
  const { text: kubeconfig } = await issueKubeconfig(open, WEB, wish);
  const { users } = parse(kubeconfig) as { users: { user: { exec: Plugin } }[] };
  return users[0]?.user.exec ?? { command: "", args: [] };
}

async function run(
  { command, args }: Plugin,
  variables: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly complaint: string }> {
  const env = { PATH: process.env["PATH"], ...variables };
  const child = spawn(command, args, { env, stdio: ["ignore", "ignore", "pipe"] });
  const [complaint, [status]] = await Promise.all([
    text(child.stderr),
    once(child, "close") as Promise<[number]>,
  ]);
  return { status, complaint };
}

const WEB = { metadata: { namespace: "team", name: "web" } } as VClusterInstance;
/** This form calls nothing in the virtual cluster. */
const open: OpenVirtual = () =>
  Promise.resolve({
    endpoint: "https://10.0.0.1:443",
    ca: "",
    client: { close: () => Promise.resolve() } as unknown as KubeClient,
  });
