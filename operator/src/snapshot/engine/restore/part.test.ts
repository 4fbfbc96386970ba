import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { openSnapshot } from "../read/snapshot.ts";
import { createRepository } from "../repository/repository.ts";
import type { KvStore } from "../source/kv-store.ts";
import { createDirectoryStore } from "../store/directory/directory-store.ts";
import { capture, fill, textsOf } from "../testing/kv-fill.ts";
import { createMemoryKv } from "../testing/memory-kv.ts";
import { builtIn, message } from "../testing/stored-values.ts";
import { writeSnapshot } from "../write/write-snapshot.ts";
import { restoreInPlace } from "./in-place.ts";
import { partOf } from "./part.ts";
import { createRules } from "./rules.ts";
import type { Selection } from "./selection.ts";
import { type Restoration, sidesOf } from "./snapshot-sides.ts";

const DEFINITION = "/registry/apiextensions.k8s.io/customresourcedefinitions/widgets.example.com";
const WIDGET = "/registry/example.com/widgets/shop/w";
const SHOP = "/registry/namespaces/shop";
const CONFIG = "/registry/configmaps/shop/c";
const CONTENT = {
  [DEFINITION]: '{"kind":"CustomResourceDefinition","apiVersion":"apiextensions.k8s.io/v1"}',
  [CONFIG]: builtIn({ kind: "ConfigMap", namespace: "shop", name: "c", labels: { app: "web" } }),
  "/registry/events/shop/e": builtIn({ kind: "Event", namespace: "shop", name: "e" }),
  [WIDGET]: '{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"w"}}',
  [SHOP]: builtIn({ kind: "Namespace", name: "shop" }),
  "/registry/namespaces/other": builtIn({ kind: "Namespace", name: "other" }),
};

describe("the restore of a part", () => {
  let directory: string;
  let restoration: Omit<Restoration, "rules">;
  let live: KvStore;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "part-"));
    const store = createMemoryKv();
    await fill(store, CONTENT);
    const now = (): Date => new Date();
    const repository = await createRepository(createDirectoryStore(directory), now());
    const subject = { uid: "uid-1", name: "dev", namespace: "team", facts: {} };
    const { manifest } = await writeSnapshot(
      { repository, store, now },
      { subject, trigger: "manual" },
    );
    const { snapId } = manifest.header;
    live = createMemoryKv();
    const snapshot = await openSnapshot(repository, { uid: "uid-1", snapId });
    restoration = { repository, snapshot, live };
  });

  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  /** Keys that a restore of the selection leaves in the store, without the engine's own. */
  async function restored(selection: Selection): Promise<readonly string[]> {
    const rules = createRules(await partOf(restoration, { identity: "same", selection }));
    await restoreInPlace(await sidesOf({ ...restoration, rules }));
    const keys = Object.keys(textsOf(await capture(live)));
    return keys.filter((key) => key.startsWith("/registry/"));
  }

  it("brings the namespace of its objects where that is gone", async () => {
    expect(await restored({ namespaces: ["shop"], kinds: ["configmaps"] })).toEqual([CONFIG, SHOP]);
    const labels = [{ key: "app", operator: "Exists" }] as const;
    expect(await restored({ labels })).toEqual([CONFIG, SHOP]);
  });

  it("brings the definition of its custom resources where that is gone", async () => {
    const found = await restored({ kinds: ["widgets.example.com"] });
    expect(found).toEqual([DEFINITION, WIDGET, SHOP]);
  });

  it("leaves a namespace alone that is there, and renews one that is going", async () => {
    const deleted = message({ 1: "shop", 9: message({}) });
    const changed = builtIn({ kind: "Namespace", name: "shop", labels: { changed: "yes" } });
    await fill(live, { [SHOP]: changed });
    await restored({ kinds: ["configmaps"] });
    const valueOf = async (): Promise<string | undefined> => textsOf(await capture(live))[SHOP];
    expect(await valueOf()).toBe(Buffer.from(changed).toString("latin1"));
    const [entry] = await live.fetch([Buffer.from(SHOP)], 0);
    const going = Buffer.concat([
      Buffer.from("k8s\0"),
      message({ 1: message({ 1: "v1", 2: "Namespace" }), 2: message({ 1: deleted }) }),
    ]);
    await live.txn({
      compare: [{ key: Buffer.from(SHOP), modRevision: entry?.modRevision ?? 0 }],
      success: [{ kind: "put", key: Buffer.from(SHOP), value: going }],
    });
    await restored({ kinds: ["configmaps"] });
    expect(await valueOf()).toBe(Buffer.from(CONTENT[SHOP]).toString("latin1"));
  });

  it.each<[string, Selection, string]>([
    [
      "a kind",
      { kinds: ["configmaps", "configmap"] },
      "spec.filters.kinds[1]: the snapshot holds no configmap",
    ],
    ["events, which it leaves out", { kinds: ["events"] }, "events need keepEvents"],
    [
      "a namespace",
      { namespaces: ["shop", "shoo"] },
      "spec.filters.namespaces[1]: the snapshot holds no namespace shoo",
    ],
    [
      "anything",
      { namespaces: ["other"], kinds: ["configmaps"] },
      "nothing in the snapshot passes them all",
    ],
  ])("is refused where the snapshot does not hold %s", async (_what, selection, words) => {
    const part = partOf(restoration, { identity: "same", selection });
    await expect(part).rejects.toThrow(words);
    await expect(part).rejects.toMatchObject({ code: "NothingSelected" });
  });
});
