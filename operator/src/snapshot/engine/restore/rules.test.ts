import { describe, expect, it } from "@jest/globals";
import { createRules } from "./rules.ts";

const SAME = createRules({ identity: "same" });
const NEW = createRules({ identity: "new" });

describe("createRules", () => {
  it.each([
    ["/registry/pods/team/web", true, true],
    ["/registry/leases/team/kube-scheduler", true, true],
    ["/registry/leases/kube-system/kube-scheduler", false, false],
    ["/registry/leases/kube-system/apiserver-abc", false, false],
    ["/registry/masterleases/10.0.0.1", false, false],
    ["/registry/peerserverleases/apiserver-abc", false, false],
    ["/registry/events/team/web.17", false, false],
    ["/registry/events.k8s.io/widgets/a", true, true],
    ["/registry/health", false, false],
    ["/vcsnap.io/lineage", false, false],
    ["/vcluster/mappings/a", true, false],
    ["/registry/configmaps/team/kube-root-ca.crt", true, false],
    ["/registry/configmaps/team/kube-root-ca.crt-copy", true, true],
  ])("covers %s: %s for the same cluster, %s for another", (key, same, other) => {
    expect([SAME.covers(key), NEW.covers(key)]).toEqual([same, other]);
  });

  it("covers events when asked", () => {
    const rules = createRules({ identity: "same", withEvents: true });
    expect(rules.covers("/registry/events/team/web.17")).toBe(true);
  });

  it("covers chosen namespaces alone, with their Namespace objects", () => {
    const rules = createRules({ identity: "same", selection: { namespaces: ["team"] } });
    const keys = [
      "namespaces/team",
      "pods/team/a",
      "pods/other/a",
      "namespaces/other",
      "nodes/team",
    ];
    expect(keys.filter((key) => rules.covers(`/registry/${key}`))).toEqual(keys.slice(0, 2));
  });

  it("leaves pods on their nodes where those are the virtual cluster's own", () => {
    const rules = createRules({ identity: "same", keepsNodes: true });
    const value = Buffer.from("any");
    expect(rules.edit("/registry/pods/team/web", value)).toBe(value);
  });
});
