import { describe, expect, it } from "@jest/globals";
import { rollbackArgs, templateArgs, uninstallArgs, upgradeArgs } from "./args.ts";
import { helmEnvironment, runEnvironment } from "./environment.ts";
import type { RenderRequest } from "./helm.ts";

const REQUEST: RenderRequest = {
  target: { release: "one", namespace: "vc-one" },
  chartPath: "/charts/vcluster-0.36.1.tgz",
  values: { secret: "hunter2" },
  owner: { instanceNamespace: "team", instanceName: "one", operatorId: "main" },
  facts: {
    valuesDigest: "abc",
    renderer: "1",
    chartVersion: "0.36.1",
    kubernetesVersion: "v1.36.0",
    mode: "running",
    etcdMembers: 1,
  },
  render: { tightenProbes: true },
};

const FILES = { values: "/run/values.json", postRenderer: ["/node", "/post.js"] } as const;

describe("upgradeArgs", () => {
  const args = upgradeArgs(REQUEST, FILES, "try-7");

  it("never waits, never rolls back, and keeps two revisions", () => {
    expect(args.join(" ")).toMatch(/^upgrade --install --reset-values --history-max 2 /);
    expect(args).not.toContain("--wait");
    expect(args).not.toContain("--atomic");
  });

  it("shows no values to those who can read command lines", () => {
    expect(args.join(" ")).not.toContain("hunter2");
    expect(args).toContain(FILES.values);
  });

  it("labels the revision with everything that is read back", () => {
    const labels = args.filter((_arg, at) => args[at - 1] === "--labels");
    expect(labels).toEqual([
      "openvcluster.io/instance-namespace=team",
      "openvcluster.io/instance-name=one",
      "openvcluster.io/operator-id=main",
      "openvcluster.io/values-digest=abc",
      "openvcluster.io/renderer=1",
      "openvcluster.io/chart=0.36.1",
      "openvcluster.io/kubernetes=v1.36.0",
      "openvcluster.io/mode=running",
      "openvcluster.io/etcd-members=1",
      "openvcluster.io/attempt=try-7",
      "openvcluster.io/healthy=false",
    ]);
  });

  it("hands the post-renderer its script first and its options last", () => {
    const passed = args.filter((_arg, at) => args[at - 1] === "--post-renderer-args");
    expect(args[args.indexOf("--post-renderer") + 1]).toBe("/node");
    expect(passed[0]).toBe("/post.js");
    expect(JSON.parse(passed[1]!)).toEqual({
      labels: {
        "openvcluster.io/instance-namespace": "team",
        "openvcluster.io/instance-name": "one",
        "openvcluster.io/operator-id": "main",
        "openvcluster.io/render": "abc",
      },
      countOn: "vc-config-one",
      countAnnotation: "openvcluster.io/object-count",
      tighten: ["one/syncer", "one-etcd/etcd"],
    });
  });

  it("puts names behind the end of options", () => {
    expect(args.slice(-3)).toEqual(["--", "one", REQUEST.chartPath]);
  });
});

describe("the other commands", () => {
  it("renders for a given host", () => {
    const args = templateArgs(REQUEST, FILES, "v1.35.0");
    expect(args.slice(0, 3)).toEqual(["template", "--kube-version", "v1.35.0"]);
    expect(args).not.toContain("--skip-schema-validation");
  });

  it("goes back to a revision and keeps two", () => {
    expect(rollbackArgs(REQUEST.target, 4).join(" ")).toBe(
      "rollback --namespace vc-one --history-max 2 -- one 4",
    );
  });

  it("uninstalls what may be gone already", () => {
    expect(uninstallArgs(REQUEST.target).join(" ")).toBe(
      "uninstall --namespace vc-one --ignore-not-found -- one",
    );
  });
});

describe("the environment", () => {
  it("passes on what leads to the cluster and nothing else", () => {
    const seen = helmEnvironment({
      PATH: "/bin",
      HELM_NAMESPACE: "x",
      AWS_SECRET: "y",
      NO_PROXY: "z",
    });
    expect(seen).toEqual({ PATH: "/bin", NO_PROXY: "z" });
  });

  it("keeps all of Helm's directories inside the run", () => {
    const environment = runEnvironment(
      { environment: { HOME: "/root" }, workDirectory: "/runs", kubeconfig: "/kc" },
      "/runs/helm-1",
    );
    expect(environment).toMatchObject({ HOME: "/runs/helm-1", KUBECONFIG: "/kc" });
    for (const name of ["HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME", "KUBECACHEDIR"]) {
      expect(environment[name]).toMatch(/^\/runs\/helm-1\//);
    }
  });
});
