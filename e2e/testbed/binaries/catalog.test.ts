import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { GO_MODULES } from "./cache.ts";
import { BINARY_NAMES, BUILD_GROUPS, groupsFor, VERSION_CHECKS, VERSIONS } from "./catalog.ts";

const goMod = (module: string): string => readFileSync(join(GO_MODULES, module, "go.mod"), "utf8");

describe("catalogue", () => {
  it("builds every program exactly once and knows how to ask for its version", () => {
    const built = BUILD_GROUPS.flatMap((group) => Object.keys(group.packages));
    expect([...built].sort()).toEqual([...BINARY_NAMES].sort());
    expect(Object.keys(VERSION_CHECKS).sort()).toEqual([...BINARY_NAMES].sort());
  });

  it.each([
    ["cluster", `k8s.io/kubernetes ${VERSIONS.kubernetes}`],
    ["cluster", `github.com/loft-sh/vcluster v${VERSIONS.vcluster}`],
    ["cluster", `go.etcd.io/etcd/server/v3 v${VERSIONS.etcd}`],
    ["cluster", `helm.sh/helm/v3 ${VERSIONS.helm}`],
    ["cluster", `github.com/coredns/coredns v${VERSIONS.coredns}`],
    ["containerd", `github.com/containerd/containerd/v2 ${VERSIONS.containerd}`],
    ["kine", `github.com/k3s-io/kine ${VERSIONS.kine}`],
    ["vcluster-0.35", `github.com/loft-sh/vcluster v${VERSIONS.olderVcluster}`],
  ])("pins the version that the module %s requires: %s", (module, requirement) => {
    expect(goMod(module)).toContain(requirement);
  });

  it("builds what tests wait for first", () => {
    expect(groupsFor(["minio", "kubelet", "etcd"]).map((group) => group.name)).toEqual([
      "control-plane",
      "node",
      "minio",
    ]);
  });
});
