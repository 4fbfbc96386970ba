import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { untilServed } from "./harness/custom-resources.ts";
import { type HollowCluster, startHollowCluster } from "./harness/hollow-cluster.ts";
import { instanceOf, readInstance } from "./harness/instance.ts";
import { createKubectl, type Kubectl } from "./harness/kubectl.ts";

const DEPLOY = join(import.meta.dirname, "../../deploy");
const NAMESPACE = "open-vcluster-system";
const CRDS = ["vclusterinstances.openvcluster.io", "vclusteroperations.openvcluster.io"];
const NAMED = /^(\S+) serverside-applied$/gm;

/** In a cluster of its own: what it installs and removes belongs to the whole cluster. */
describe("the product by kubectl apply -k", () => {
  let cluster: HollowCluster;
  let kubectl: Kubectl;

  const apply = (): Promise<string> => kubectl.run(["apply", "--server-side", "-k", DEPLOY]);
  const namesOf = (said: string): readonly string[] =>
    [...said.matchAll(NAMED)].map(([, name = ""]) => name);

  beforeAll(async () => {
    cluster = await startHollowCluster();
    kubectl = createKubectl(cluster.facts.kubectl, cluster.facts.kubeconfig);
  }, 120_000);

  afterAll(async () => {
    await cluster.stop();
  }, 60_000);

  it("makes everything, and a second time changes nothing", async () => {
    const made = namesOf(await apply());
    expect(made.length).toBeGreaterThan(20);
    const versions = (): Promise<string> =>
      kubectl.run([
        ...["get", ...CRDS.map((name) => `crd/${name}`), "-o"],
        "jsonpath={.items[*].metadata.generation}",
      ]);
    const before = await versions();
    expect(namesOf(await apply())).toEqual(made);
    expect(await versions()).toBe(before);
  }, 60_000);

  it("serves the custom resources", async () => {
    await untilServed(kubectl, CRDS);
    await kubectl.apply(instanceOf("default", "first"));
    expect((await readInstance(kubectl, "default", "first"))?.metadata.name).toBe("first");
  }, 60_000);

  it("brings its pods the accounts, settings and rights that they name", async () => {
    const account = `system:serviceaccount:${NAMESPACE}:open-vcluster-operator`;
    const may = async (...what: readonly string[]): Promise<boolean> =>
      (await kubectl.attempt(["auth", "can-i", ...what, "--as", account])).code === 0;
    const operations = "vclusteroperations.openvcluster.io";
    expect(await may("watch", "vclusterinstances.openvcluster.io", "-A")).toBe(true);
    expect(await may("update", "leases.coordination.k8s.io", "-n", NAMESPACE)).toBe(true);
    expect(await may("patch", operations, "--subresource=status", "-n", NAMESPACE)).toBe(true);
    const deployments = await kubectl.list<Deployment>("deployments", "-n", NAMESPACE);
    const wanted = deployments.map(({ spec }) => spec.template.spec.serviceAccountName);
    expect(wanted.toSorted()).toEqual(["open-vcluster-facade", "open-vcluster-operator"]);
    for (const name of wanted) {
      expect(await kubectl.get("serviceaccount", "-n", NAMESPACE, name)).toBeDefined();
    }
  }, 60_000);

  it("goes as it came", async () => {
    await kubectl.run(["delete", "vci", "-n", "default", "--all"]);
    await kubectl.run(["delete", "-k", DEPLOY, "--wait=false"]);
    const left = await kubectl.run([
      ...["get", "clusterroles,clusterrolebindings", "-o", "name"],
      ...["-l", "app.kubernetes.io/name=open-vcluster"],
    ]);
    expect(left.trim()).toBe("");
  }, 60_000);
});

interface Deployment {
  readonly spec: {
    readonly template: { readonly spec: { readonly serviceAccountName: string } };
  };
}
