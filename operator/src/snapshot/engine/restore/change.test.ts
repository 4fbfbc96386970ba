import { describe, expect, it } from "@jest/globals";
import type { StoreRecord } from "../format/record.ts";
import type { KvEntry } from "../source/kv-store.ts";
import { builtIn, runningPod } from "../testing/stored-values.ts";
import { asksLiveValue, verdictOf } from "./change.ts";
import { createRules, type RestoreOptions } from "./rules.ts";

const KEY = "/registry/configmaps/team/web";
const labelled = (app: string): Uint8Array =>
  builtIn({ kind: "ConfigMap", namespace: "team", name: "web", labels: { app } });
const wanted = (value: Uint8Array | string, modRevision = 5, key = KEY): StoreRecord => ({
  ...{ key: Buffer.from(key), value: Buffer.from(value), modRevision },
  ...{ createRevision: 1, version: 1, leaseTtl: 60 },
});
const live = (modRevision: number, key = KEY): KvEntry => ({
  ...{ key: Buffer.from(key), value: new Uint8Array(), modRevision },
  ...{ createRevision: 1, version: 1, lease: 0n },
});
const rulesOf = (options: Partial<RestoreOptions> = {}) =>
  createRules({ identity: "same", ...options });
const SELECTION = { selection: { labels: [{ key: "app", operator: "Exists" }] } } as const;

describe("asksLiveValue", () => {
  it.each([
    ["not where the revision proves it", 5, true, false],
    ["where the revision differs", 6, true, true],
    ["where the revision proves nothing", 5, false, true],
  ])("asks %s", (_, revision, isSameLineage, asks) => {
    const pair = { wanted: wanted("a"), live: live(revision) };
    expect(asksLiveValue(pair, rulesOf(), isSameLineage)).toBe(asks);
  });

  it("asks for a key that may have to go only if its value decides that", () => {
    expect(asksLiveValue({ live: live(5) }, rulesOf(), true)).toBe(false);
    expect(asksLiveValue({ live: live(5) }, rulesOf({ ...SELECTION, prune: true }), true)).toBe(
      true,
    );
    expect(asksLiveValue({ live: live(5) }, rulesOf(SELECTION), true)).toBe(false);
  });
});

describe("verdictOf", () => {
  it("creates what is missing, with its lease", () => {
    expect(verdictOf({ wanted: wanted("a") }, rulesOf())).toMatchObject({
      kind: "put",
      liveRevision: 0,
      leaseTtl: 60,
      isOpaque: false,
    });
  });

  it("overwrites another value", () => {
    const pair = { wanted: wanted("a"), live: live(9) };
    const verdict = verdictOf(pair, rulesOf(), Buffer.from("b"));
    expect(verdict).toMatchObject({ kind: "put", liveRevision: 9 });
  });

  it("leaves the same value alone, whatever its revision", () => {
    const pair = { wanted: wanted("a"), live: live(9) };
    expect(verdictOf(pair, rulesOf(), Buffer.from("a"))?.kind).toBe("same");
    expect(verdictOf(pair, rulesOf())?.kind).toBe("same");
  });

  it("leaves a pod alone that is as in the snapshot, and one as it would be written", () => {
    const key = "/registry/pods/team/web";
    const pod = runningPod("team", "web");
    const pair = { wanted: wanted(pod, 5, key), live: live(9, key) };
    const written = verdictOf(pair, rulesOf(), Buffer.from("other"));
    if (written?.kind !== "put") throw new Error("not written");
    expect(Buffer.compare(written.value, pod)).not.toBe(0);
    expect(verdictOf(pair, rulesOf(), pod)?.kind).toBe("same");
    expect(verdictOf(pair, rulesOf(), written.value)?.kind).toBe("same");
  });

  it("says that a pod could not be edited", () => {
    const key = "/registry/pods/team/web";
    const verdict = verdictOf({ wanted: wanted("k8s:enc:x", 5, key) }, rulesOf());
    expect(verdict).toMatchObject({ kind: "put", isOpaque: true });
  });

  it("removes what the snapshot does not hold", () => {
    const verdict = verdictOf({ live: live(9) }, rulesOf());
    expect(verdict).toMatchObject({ kind: "delete", liveRevision: 9 });
  });

  it("removes nothing when a part is restored, unless asked", () => {
    expect(verdictOf({ live: live(9) }, rulesOf(SELECTION))).toBeUndefined();
    const rules = rulesOf({ ...SELECTION, prune: true });
    expect(verdictOf({ live: live(9) }, rules, labelled("web"))?.kind).toBe("delete");
    expect(verdictOf({ live: live(9) }, rules, Buffer.from("{}"))).toBeUndefined();
  });

  it("passes by what the selection does not choose", () => {
    expect(verdictOf({ wanted: wanted("{}") }, rulesOf(SELECTION))).toBeUndefined();
    expect(verdictOf({ wanted: wanted(labelled("x")) }, rulesOf(SELECTION))?.kind).toBe("put");
  });
});
