import { describe, expect, it } from "@jest/globals";
import type { VClusterRestore, VClusterSnapshot } from "@open-vcluster/crds";
import type { RestoreSeen } from "./seen.ts";
import { chosenModeOf, identityOf } from "./target.ts";
import { instanceOf, snapshotOf } from "./testing/toy-restore.ts";

type Target = VClusterRestore["spec"]["target"];

const OVER: Target = { instanceRef: { name: "demo" } };
const BACK: Target = { newInstance: { name: "demo" } };

function restoreTo(
  target: Target,
  spec: Partial<VClusterRestore["spec"]> = {},
): Pick<RestoreSeen, "restore"> {
  const restore: VClusterRestore = {
    apiVersion: "openvcluster.io/v1alpha1",
    kind: "VClusterRestore",
    metadata: { namespace: "team", name: "r", uid: "uid-r" },
    spec: { snapshotRef: { name: "s" }, target, ...spec },
  };
  return { restore };
}

describe("whether a target has the identity of a snapshot", () => {
  const judged = (
    identity: string | undefined,
    status: VClusterSnapshot["status"],
    target: Target = OVER,
  ): string => {
    const seen = { instance: instanceOf(), snapshot: snapshotOf(status), ...restoreTo(target) };
    return identityOf({ ...seen, identity } as RestoreSeen);
  };

  it.each([
    ["an instance that came back as itself, under another UID", "4f", { identity: "4f" }, OVER],
    ["a replacement", "4f", { identity: "4f" }, BACK],
  ])("%s has", (_what, identity, status, target) => {
    expect(judged(identity, { instanceUID: "another", ...status }, target)).toBe("same");
  });

  it.each([
    ["an instance with other certificates", "5a", { identity: "4f" }, OVER],
    ["one of the same name whose certificates are a stranger's", "5a", { identity: "4f" }, BACK],
    ["what an archive is restored into", "4f", { identity: "4f", type: "Imported" as const }, OVER],
  ])("%s has not", (_what, identity, status, target) => {
    expect(judged(identity, status, target)).toBe("other");
  });

  it("is judged by the instance where the snapshot says nothing of certificates", () => {
    const { uid = "" } = instanceOf().metadata;
    expect(judged("4f", { instanceUID: uid })).toBe("same");
    expect(judged("4f", { instanceUID: "another" })).toBe("other");
  });
});

describe("a restore without a mode", () => {
  const seen = { instance: instanceOf(), snapshot: snapshotOf() };

  it("begins anew over what an earlier restore left half written", () => {
    const marked = "team/earlier";
    expect(chosenModeOf({ ...seen, ...restoreTo(OVER), marked })).toBe("Replace");
    expect(chosenModeOf({ ...seen, ...restoreTo(OVER, { mode: "InPlace" }), marked })).toBe(
      "InPlace",
    );
  });

  it("writes the differences otherwise, also where the mark is its own", () => {
    expect(chosenModeOf({ ...seen, ...restoreTo(OVER) })).toBe("InPlace");
    const { restore } = restoreTo(OVER);
    const begun = { ...restore, status: { store: "Changing" as const } };
    expect(chosenModeOf({ ...seen, restore: begun, marked: "team/r" })).toBe("InPlace");
  });
});
