import { describe, expect, it } from "@jest/globals";
import { ACCEPTED_VOLUME_ANNOTATION } from "@open-vcluster/crds";
import { deployed, instance, mark, revision, seen } from "../testing/build.ts";
import { storeVolumes } from "./store-volumes.ts";

const ETCD = { backingStore: { type: "etcd" } } as const;

function claim(uid: string, app = "vcluster-etcd") {
  return { ...mark(uid), uid, labels: { app, release: "demo" } };
}

/** An instance whose status names volumes. */
function on(volumes: readonly string[], annotations: Readonly<Record<string, string>> = {}) {
  const known = instance(ETCD, { annotations });
  return {
    instance: { ...known, status: { store: { type: "etcd" as const, volumes: [...volumes] } } },
  };
}

type Facts = Parameters<typeof seen>[0];

describe("storeVolumes", () => {
  const restore = {
    kind: "restore",
    by: "VClusterRestore team/again",
    uid: "uid",
    isBegun: true,
    isRestored: true,
  } as const;
  it.each<[string, Facts, readonly string[], readonly string[]]>([
    ["are known once it served", { ...on([]), claims: [claim("a")] }, ["a"], []],
    [
      "are not known before",
      { ...on([]), ...deployed(revision({ healthy: false })), claims: [claim("a")] },
      [],
      [],
    ],
    ["of others are none", { ...on([]), claims: [claim("a", "vcluster")] }, [], []],
    ["stay known while no claim is seen", { ...on(["a"]), claims: [] }, ["a"], []],
    [
      "follow a member that got its data from the others",
      { ...on(["a", "b"]), claims: [claim("b"), claim("c")] },
      ["b", "c"],
      [],
    ],
    ["that were all replaced are lost", { ...on(["a"]), claims: [claim("b")] }, ["a"], ["b"]],
    [
      "that a restore has written are wanted",
      { ...on(["a"]), claims: [claim("b")], storeWork: [restore] },
      ["b"],
      [],
    ],
    [
      "that a restore has still to write are lost",
      { ...on(["a"]), claims: [claim("b")], storeWork: [{ ...restore, isRestored: false }] },
      ["a"],
      ["b"],
    ],
    [
      "that somebody accepted are wanted",
      { ...on(["a"], { [ACCEPTED_VOLUME_ANNOTATION]: "b" }), claims: [claim("b")] },
      ["b"],
      [],
    ],
    [
      "that were accepted once and lost again are lost",
      { ...on(["b"], { [ACCEPTED_VOLUME_ANNOTATION]: "b" }), claims: [claim("c")] },
      ["b"],
      ["c"],
    ],
  ])("%s", (_name, facts, known, replacedBy) => {
    expect(storeVolumes(seen(facts))).toEqual({ known, replacedBy });
  });
});
