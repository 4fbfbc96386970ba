import { readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { openKvStore } from "../engine/index.ts";
import { capture, fill, textsOf } from "../engine/testing/kv-fill.ts";
import { kineData, newDirectory, startKv } from "../engine/testing/kv-process.ts";
import { programPath } from "../engine/testing/programs.ts";
import {
  createForwarderCertificates,
  FORWARDER_NAME,
  type ForwarderCertificates,
} from "./certificates.ts";
import type { ForwarderMode } from "./settings.ts";
import { startForwarder } from "./testing/forwarder-process.ts";

const KEYS = { "/registry/configmaps/team/a": "a", "/registry/configmaps/team/b": "b" };

describe("a forwarder", () => {
  let directory: string;
  let certificates: ForwarderCertificates;

  beforeEach(async () => {
    directory = newDirectory();
    certificates = await createForwarderCertificates(Date.now());
  });

  afterEach(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  const settings = (mode: ForwarderMode) => ({
    mode,
    socket: path.join(directory, "kine.sock"),
    database: kineData(directory),
    kine: programPath(process.env, "kine"),
  });

  it("offers the socket of a kine that runs, to the holder of its certificate alone", async () => {
    const kv = await startKv(process.env, "kine", directory);
    await fill(kv.store, KEYS);
    const forwarder = await startForwarder(certificates.server, settings("socket"));
    const endpoint = { url: forwarder.url, serverName: FORWARDER_NAME };
    const store = await openKvStore({ ...endpoint, tls: certificates.client });
    expect(textsOf(await capture(store))).toMatchObject(KEYS);
    const stranger = (await createForwarderCertificates(Date.now())).client;
    const { ca } = certificates.client;
    for (const tls of [stranger, { ...stranger, ca }]) {
      await expect(openKvStore({ ...endpoint, tls })).rejects.toMatchObject({ name: "KvError" });
    }
    expect(await forwarder.end()).toBe(0);
    await expect(store.revision()).rejects.toMatchObject({ code: "Unavailable" });
    store.close();
    await kv.remove();
  });

  it("starts kine on a volume that is not in use, and leaves it whole", async () => {
    const before = await startKv(process.env, "kine", directory);
    await fill(before.store, KEYS);
    await before.kill();
    const forwarder = await startForwarder(certificates.server, settings("kine"));
    const endpoint = { url: forwarder.url, serverName: FORWARDER_NAME };
    const store = await openKvStore({ ...endpoint, tls: certificates.client });
    expect(textsOf(await capture(store))).toMatchObject(KEYS);
    await fill(store, { "/registry/configmaps/team/c": "c" });
    store.close();
    expect(await forwarder.end()).toBe(0);
    const after = await startKv(process.env, "kine", directory);
    const there = textsOf(await capture(after.store));
    expect(there).toMatchObject({ ...KEYS, "/registry/configmaps/team/c": "c" });
    await after.remove();
  });

  it("makes a new database in the place of one that is damaged, and of no other", async () => {
    const before = await startKv(process.env, "kine", directory);
    await fill(before.store, KEYS);
    await before.kill();
    const { server, client: tls } = certificates;
    const whole = await startForwarder(server, settings("renew"));
    const store = await openKvStore({ url: whole.url, serverName: FORWARDER_NAME, tls });
    expect(textsOf(await capture(store))).toMatchObject(KEYS);
    store.close();
    await whole.end();

    // Pages that are in the log as well would be read from there.
    rmSync(`${kineData(directory)}-wal`, { force: true });
    const bytes = readFileSync(kineData(directory)).fill(7, 0, 20_000);
    writeFileSync(kineData(directory), bytes);
    const renewed = await startForwarder(server, settings("renew"));
    const fresh = await openKvStore({ url: renewed.url, serverName: FORWARDER_NAME, tls });
    expect(Object.keys(textsOf(await capture(fresh)))).not.toContain(Object.keys(KEYS)[0]);
    fresh.close();
    await renewed.end();
    expect(readFileSync(`${kineData(directory)}.damaged`)).toEqual(bytes);
  });

  it("ends with a failure when kine does", async () => {
    const none = { ...settings("kine"), kine: "/no/where/kine" };
    const forwarder = await startForwarder(certificates.server, none);
    expect(await forwarder.ended).toBe(1);
  });
});
