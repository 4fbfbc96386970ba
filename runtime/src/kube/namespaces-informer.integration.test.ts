import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { systemClock } from "../process/clock.ts";
import { createRecordingLogger } from "../testing/recording-logger.ts";
import { configMaps, connectToTestbed, createNamespace } from "../testing/testbed.ts";
import { until } from "../testing/until.ts";
import type { KubeClient } from "./client.ts";
import { createKubeClient } from "./http-client.ts";
import type { Informer } from "./informer.ts";
import { createNamespacesInformer } from "./namespaces-informer.ts";

const SETTLE_MS = 10_000;

let client: KubeClient;
let busy = "";
let quiet = "";
let other = "";
let stop: AbortController;
let informer: Informer<string>;

beforeAll(async () => {
  client = createKubeClient(connectToTestbed(process.env));
  busy = await createNamespace(client);
  quiet = await createNamespace(client);
  other = await createNamespace(client);
});

afterAll(() => client.close());

beforeEach(async () => {
  stop = new AbortController();
  informer = createNamespacesInformer<string>(
    [busy, quiet],
    {
      client,
      type: configMaps,
      labelSelector: "suite=namespaces-informer",
      project: (raw) => raw.metadata.name,
      indexes: { name: (name) => [name] },
    },
    { logger: createRecordingLogger(), clock: systemClock, random: Math.random },
  );
  informer.start(stop.signal);
  await informer.synced;
});

afterEach(() => {
  stop.abort(new Error("The test is over"));
});

async function write(namespace: string, name: string): Promise<string> {
  const labels = { suite: "namespaces-informer" };
  const object = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { namespace, name, labels },
    data: {},
  };
  const created = await client.create<typeof object & { metadata: { resourceVersion?: string } }>(
    configMaps,
    object,
  );
  return created.metadata.resourceVersion ?? "";
}

describe("an informer of some namespaces", () => {
  it("holds what is in them and nothing else", async () => {
    const told: string[] = [];
    informer.onChange(({ key }) => told.push(key));
    await write(other, "elsewhere");
    await write(busy, "first");
    await write(quiet, "first");
    await until(() => informer.size() === 2, SETTLE_MS);
    expect([...informer.keys()].sort()).toEqual([`${busy}/first`, `${quiet}/first`].sort());
    expect([...informer.list()]).toEqual(["first", "first"]);
    expect(informer.byIndex("name", "first")).toHaveLength(2);
    expect(informer.get(`${quiet}/first`)).toBe("first");
    expect(informer.get(`${other}/elsewhere`)).toBeUndefined();
    expect(told.sort()).toEqual([`${busy}/first`, `${quiet}/first`].sort());
  });

  it("says of each namespace, and of all, what it reflects", async () => {
    const before = Number(informer.version());
    const versions: [string, string][] = [];
    informer.onVersion(({ version, newest }) => versions.push([version, newest]));
    const written = await write(busy, "second");
    await until(() => informer.version(`${busy}/second`) === written, SETTLE_MS);
    // Nothing happened in the other one, so that all together are behind.
    expect(Number(informer.version())).toBeLessThan(Number(written));
    expect(Number(informer.version())).toBeGreaterThanOrEqual(before);
    expect(versions.at(-1)?.[1]).toBe(written);
    expect(versions.at(-1)?.[0]).toBe(informer.version());
    const later = await write(quiet, "second");
    await until(() => informer.version(`${quiet}/second`) === later, SETTLE_MS);
    expect(informer.version()).toBe(written);
  });
});
