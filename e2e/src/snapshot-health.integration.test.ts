import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { type CollectedTest, collectedTests } from "./gitops/collection.ts";
import { judge } from "./gitops/health-tool.ts";
import { installProduct, type Product } from "./harness/product.ts";

const KINDS = ["VClusterSnapshot", "VClusterRestore", "VClusterSnapshotLocation"];

/**
 * What kstatus, and so Flux, makes of a state of which Argo CD says this. A location that is out of reach may come back
 * by itself: Flux waits for it.
 */
function kstatusOf({ object, expected }: CollectedTest): string {
  switch (expected.status) {
    case "Healthy":
      return "Current";
    case "Degraded":
      return object.kind === "VClusterSnapshotLocation" ? "InProgress" : "Failed";
    default:
      return "InProgress";
  }
}

describe("what GitOps tools make of snapshots, restores and locations", () => {
  const cases = collectedTests(KINDS);
  let product: Product;

  beforeAll(async () => {
    product = await installProduct("snapshot-health");
    await judge([]);
  }, 1_200_000);

  afterAll(async () => {
    await product.close();
  }, 120_000);

  it("has a case of each health for each kind", () => {
    const found = new Set(cases.map(({ object, expected }) => `${object.kind} ${expected.status}`));
    const wanted = KINDS.flatMap((kind) =>
      ["Progressing", "Healthy", "Degraded"].map((health) => `${kind} ${health}`),
    );
    expect([...found].sort()).toEqual(wanted.sort());
  });

  it.each(cases.map((one) => [one.path, one] as const))("%s", async (_path, one) => {
    const { kubectl, namespace } = product;
    const { status, metadata, spec, kind } = one.object;
    const name = `${metadata.name}-${one.expected.status.toLowerCase()}-${String(cases.indexOf(one))}`;
    const apiVersion = "openvcluster.io/v1alpha1";
    await kubectl.apply({ apiVersion, kind, metadata: { name, namespace }, spec });
    // Other tests install the kinds under another group beside this one.
    const at = [`${kind.toLowerCase()}s.openvcluster.io`, "-n", namespace, name];
    const patch = JSON.stringify({ status });
    await kubectl.run([
      ...["patch", ...at, "--subresource=status", "--type=merge", `--patch=${patch}`],
    ]);
    const live = await kubectl.get(...at);
    // Nothing was pruned or defaulted: the case is a state that the schema allows.
    expect(live).toMatchObject({ metadata: { generation: 1 }, spec, status: { ...status } });
    const [verdict] = await judge([{ live: live ?? {} }]);
    expect(verdict?.argocd).toEqual(one.expected);
    expect(verdict?.kstatus.status).toBe(kstatusOf(one));
  });

  it("are waited for before any operator has seen them", async () => {
    const verdicts = await judge(
      cases.map(({ object: { status: _status, ...fresh } }) => ({
        live: { ...fresh, status: { observedGeneration: -1, phase: "Pending" } },
      })),
    );
    const opinions = verdicts.map(({ argocd, kstatus }) => `${argocd.status} ${kstatus.status}`);
    expect(new Set(opinions)).toEqual(new Set(["Progressing InProgress"]));
  });
});
