import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { isAllowed } from "./harness/access.ts";
import { applyRoles } from "./harness/account.ts";
import {
  type Installation,
  installResources,
  prepareInstallation,
} from "./harness/installation.ts";
import { instanceOf, readInstance, waitForCondition, waitForGone } from "./harness/instance.ts";
import type { Kubectl } from "./harness/kubectl.ts";
import { leftoversOf } from "./harness/leftovers.ts";
import { loadImage } from "./harness/node-testbed.ts";
import { kubectlWith, sleepers, waitForPods } from "./harness/virtual.ts";

const CHART = join(import.meta.dirname, "../../deploy/chart");
/** Of one installation; another one has `other`. */
const NAMES = ["life", "calm", "store"] as const;
const SPECS = {
  life: {},
  calm: {},
  store: { backingStore: { type: "etcd" } },
  other: {},
} as const;

interface Pod {
  readonly metadata: { readonly uid: string; readonly name: string };
  readonly status: { readonly containerStatuses?: readonly { readonly restartCount: number }[] };
}

/** The same chart, as an earlier version of the product would have it. */
function earlierChart(): string {
  const folder = mkdtempSync(join(tmpdir(), "open-vcluster-chart-"));
  cpSync(CHART, folder, { recursive: true });
  const file = join(folder, "Chart.yaml");
  writeFileSync(file, readFileSync(file, "utf8").replace(/^version: .*$/m, "version: 0.0.1"));
  return folder;
}

describe("two installations by their chart, in pods, with the rights of the chart alone", () => {
  let left: Installation;
  let right: Installation;
  let kubectl: Kubectl;
  let vclusters: string;
  const targets = new Map<string, string>();

  const reaches = (name: string, wanted: string): ReturnType<typeof waitForCondition> =>
    waitForCondition(kubectl, { namespace: left.namespace, name }, wanted);
  const controlPlanes = async (): Promise<readonly string[]> => {
    const namespaces = [...targets.values()];
    const lists = await Promise.all(
      namespaces.map((namespace) =>
        kubectl.list<Pod>("pods", "-n", namespace, "-l", "app in (vcluster,vcluster-etcd)"),
      ),
    );
    return lists.flat().map(({ metadata, status }) => {
      const restarts = (status.containerStatuses ?? []).map(({ restartCount }) => restartCount);
      return `${metadata.name} ${metadata.uid} restarted ${restarts.join("+")}`;
    });
  };
  const inside = async (name: string): Promise<Kubectl> => {
    const { status, body } = await left.api("GET", `${vclusters}/${name}/kubeconfig`);
    expect([status, body]).toEqual([200, expect.objectContaining({})]);
    return kubectlWith(left, body["kubeconfig"] as string);
  };
  const succeeds = async (verb: string, name: string): Promise<void> => {
    const { body } = await left.api("POST", `${vclusters}/${name}:${verb}`, {});
    const operation = String(body["operationId"]);
    const { body: done } = await left.api("POST", `/v1/operations/${operation}:wait`, {
      timeout: "240s",
    });
    expect(done).toMatchObject({ operation: { state: "OPERATION_STATE_SUCCEEDED" } });
  };

  beforeAll(async () => {
    left = await prepareInstallation("left");
    right = await prepareInstallation("right");
    ({ kubectl } = left);
    vclusters = `/v1/namespaces/${left.namespace}/vclusters`;
    await applyRoles(left);
    for (const { namespace, systemNamespace } of [left, right]) {
      await kubectl.run([
        ...["create", "rolebinding", "tests", "-n", namespace],
        ...["--clusterrole=vcluster-tenant-admin", `--serviceaccount=${systemNamespace}:default`],
      ]);
    }
    await loadImage(left.testbed);
    await installResources(left.testbed);
    await left.install({ chart: earlierChart() });
    await right.install({ values: { operator: { replicas: 1 }, facade: { replicas: 1 } } });
  }, 500_000);

  afterAll(async () => {
    for (const { namespace } of [left, right]) {
      await kubectl.run(["delete", "vci", "-n", namespace, "--all", "--timeout=200s"]);
    }
    // While its bindings are there, no other test may install the product for all namespaces.
    await right.uninstall();
    for (const { namespace, systemNamespace, id } of [left, right]) {
      await kubectl.run([
        ...["delete", "validatingadmissionpolicybindings,validatingadmissionpolicies"],
        ...["-l", `openvcluster.io/operator-id=${id}`],
      ]);
      await kubectl.run(["delete", "namespace", namespace, systemNamespace, "--wait=false"]);
    }
  }, 500_000);

  it("create instances that are ready", async () => {
    const ofLeft = NAMES.map((name) => instanceOf(left.namespace, name, SPECS[name]));
    await kubectl.apply(...ofLeft, instanceOf(right.namespace, "other", SPECS.other));
    for (const { metadata } of [...ofLeft, instanceOf(right.namespace, "other")]) {
      const at = { namespace: metadata.namespace ?? "", name: metadata.name };
      const { status } = await waitForCondition(kubectl, at, "Ready=True", 400_000);
      targets.set(at.name, status?.targetNamespace ?? "");
    }
  }, 500_000);

  it("do not touch each other", async () => {
    for (const [name, namespace] of targets) {
      const found = await kubectl.get<{
        readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      }>("namespace", namespace);
      const id = name === "other" ? right.id : left.id;
      expect([name, found?.metadata.labels["openvcluster.io/operator-id"]]).toEqual([name, id]);
    }
    const { body } = await left.api("GET", "/v1/vclusters");
    const names = (body["vclusters"] as readonly { readonly name: string }[]).map((v) => v.name);
    expect(names.toSorted()).toEqual([...NAMES].sort());
    const foreign = await left.api("GET", `/v1/namespaces/${right.namespace}/vclusters/other`);
    expect(foreign).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining("does not serve namespace") },
    });
  }, 60_000);

  it("let the API read the kubeconfigs and the usage of its own instances, and nothing else", async () => {
    const facade = `system:serviceaccount:${left.systemNamespace}:open-vcluster-facade`;
    const may = async (...what: readonly string[]): Promise<boolean> => {
      const { stdout } = await kubectl.attempt(["auth", "can-i", ...what, "--as", facade]);
      return stdout.trim() === "yes";
    };
    const { namespace } = left;
    expect(await may("get", "secret/life-kubeconfig", "-n", namespace)).toBe(true);
    expect(await may("get", "secret/anything", "-n", namespace)).toBe(false);
    expect(await may("list", "secrets", "-n", namespace)).toBe(false);
    expect(await may("get", "secret/vc-life", "-n", targets.get("life") ?? "")).toBe(false);
    expect(await may("get", "secret/other-kubeconfig", "-n", right.namespace)).toBe(false);
    expect(await may("list", "vclusterinstances.openvcluster.io", "-n", namespace)).toBe(true);
    expect(await may("list", "vclusterinstances.openvcluster.io", "-n", right.namespace)).toBe(
      false,
    );
    expect(await may("list", "vclusterinstances.openvcluster.io", "-A")).toBe(false);
    expect(await may("list", "pods", "-A")).toBe(false);
    const measure = { verb: "list", group: "metrics.k8s.io", resource: "pods" };
    const mayMeasure = (name: string): Promise<boolean> =>
      isAllowed(kubectl, facade, { ...measure, namespace: targets.get(name) ?? "" });
    expect([await mayMeasure("life"), await mayMeasure("other")]).toEqual([true, false]);
    expect(await isAllowed(kubectl, facade, measure)).toBe(false);
  }, 60_000);

  it("let no operator write in the namespaces of the other", async () => {
    const operator = `system:serviceaccount:${left.systemNamespace}:open-vcluster-operator`;
    const attempt = async (...what: readonly string[]): Promise<string> => {
      const args = [...what, "--dry-run=server", "--as", operator];
      const { stdout, stderr } = await kubectl.attempt(args);
      return stdout + stderr;
    };
    const refusal = `it works for ${left.namespace}`;
    const newMap = (namespace: string): Promise<string> =>
      attempt("create", "configmap", "new", "-n", namespace);
    expect(await newMap(left.namespace)).toContain("created");
    expect(await newMap(targets.get("life") ?? "")).toContain("created");
    const foreign = targets.get("other") ?? "";
    for (const namespace of [right.namespace, right.systemNamespace, foreign, "kube-system"]) {
      expect([namespace, await newMap(namespace)]).toEqual([
        namespace,
        expect.stringContaining(refusal),
      ]);
    }
    expect(await attempt("delete", "pod", "-n", foreign, "--all")).toContain(refusal);
    expect(await attempt("delete", "namespace", foreign)).toContain("does not carry its id");
  }, 60_000);

  it("live the whole life of an instance", async () => {
    const life = await inside("life");
    await life.apply(sleepers("web", 1));
    await waitForPods(life, "web", 1);
    await succeeds("suspend", "life");
    await reaches("life", "Suspended=True");
    await succeeds("resume", "life");
    await reaches("life", "Ready=True");
    await waitForPods(await inside("life"), "web", 1);
    const scaled = await left.api("POST", `${vclusters}/life:scale`, {
      resources: { memoryLimit: "2Gi" },
    });
    expect(scaled.status).toBe(200);
    const values = { sync: { toHost: { networkPolicies: { enabled: true } } } };
    await kubectl.run([
      ...["patch", "vci", "life", "-n", left.namespace, "--type=merge"],
      ...["-p", JSON.stringify({ spec: { values } })],
    ]);
    const changed = await reaches("life", "Ready=True");
    expect(changed.spec).toMatchObject({
      controlPlane: { resources: { limits: { memory: "2Gi" } } },
    });
    await waitForPods(await inside("life"), "web", 1);
  }, 400_000);

  it("upgrade the product without a restart of any control plane", async () => {
    const before = await controlPlanes();
    expect(before).toHaveLength(5);
    const certificate = await left.kubectl.run([
      ...["get", "secret", "-n", left.systemNamespace, "open-vcluster-facade-tls"],
      ...["-o", "jsonpath={.data}"],
    ]);
    const podAnnotations = { "example.com/version": "next" };
    await left.install({ values: { operator: { podAnnotations }, facade: { podAnnotations } } });
    for (const name of NAMES) await reaches(name, "Ready=True");
    expect(await controlPlanes()).toEqual(before);
    expect(
      await left.kubectl.run([
        ...["get", "secret", "-n", left.systemNamespace, "open-vcluster-facade-tls"],
        ...["-o", "jsonpath={.data}"],
      ]),
    ).toBe(certificate);
    await waitForPods(await inside("life"), "web", 1);
  }, 300_000);

  it("did all that without being denied anything, or running out of memory", async () => {
    for (const installation of [left, right]) {
      const pods = await kubectl.list<Pod>("pods", "-n", installation.systemNamespace);
      const restarts = pods.flatMap(({ status }) =>
        (status.containerStatuses ?? []).map(({ restartCount }) => restartCount),
      );
      expect(restarts.length).toBeGreaterThanOrEqual(2);
      expect(Math.max(...restarts)).toBe(0);
      for (const program of ["operator", "facade"] as const) {
        const refused = (await installation.logs(program))
          .split("\n")
          .filter((line) => /forbidden/i.test(line));
        expect([installation.id, program, refused]).toEqual([installation.id, program, []]);
      }
    }
  }, 60_000);

  it("leave instances running when they are uninstalled, and take them up again", async () => {
    const before = await controlPlanes();
    const life = await inside("life");
    await left.uninstall();
    expect(await controlPlanes()).toEqual(before);
    await waitForPods(life, "web", 1);
    await installResources(left.testbed);
    await left.install();
    await reaches("life", "Ready=True");
    expect(await controlPlanes()).toEqual(before);
  }, 300_000);

  it("refuse to take what belongs to another", async () => {
    const id = { operatorId: right.id };
    await expect(left.install({ values: id })).rejects.toThrow("invalid ownership metadata");
    const namespaces = { watchNamespaces: [left.namespace, right.namespace] };
    await expect(left.install({ values: namespaces })).rejects.toThrow(
      "invalid ownership metadata",
    );
    await expect(left.install({ values: { watchNamespaces: [] } })).rejects.toThrow(
      `operatorId ${right.id} works for namespace ${right.namespace} already`,
    );
  }, 120_000);

  it("remove everything in the documented order", async () => {
    const { namespace } = left;
    await kubectl.run(["delete", "vci", "-n", namespace, "--all", "--wait=false"]);
    for (const name of NAMES) {
      await waitForGone(kubectl, { namespace, name });
      const targetNamespace = targets.get(name) ?? "";
      targets.delete(name);
      expect(await leftoversOf(kubectl, { namespace, name, targetNamespace })).toEqual([]);
    }
    await left.uninstall();
    const other = { namespace: right.namespace, name: "other" };
    expect((await readInstance(kubectl, other.namespace, other.name))?.status?.phase).toBe(
      "Running",
    );
    const made = await kubectl.list<Pod>(
      "clusterroles,clusterrolebindings,deployments,services,roles,rolebindings,serviceaccounts",
      ...["-A", "-l", "app.kubernetes.io/instance=open-vcluster"],
    );
    const ofLeft = made.filter(({ metadata }) => JSON.stringify(metadata).includes("-left"));
    expect(ofLeft).toEqual([]);
  }, 400_000);
});
