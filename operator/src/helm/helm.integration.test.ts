import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from "@jest/globals";
import type { KubeObject } from "@open-vcluster/runtime";
import { KINDS } from "../world/kinds.ts";
import type { Helm } from "./helm.ts";
import { createHelm } from "./helm-process.ts";
import { releaseState } from "./releases.ts";
import { createReleaseFixture, type ReleaseFixture } from "./testing/release-fixture.ts";

// Each run of Helm takes about a second of CPU time.
jest.setTimeout(120_000);

const signal = new AbortController().signal;

let fixture: ReleaseFixture;
let helm: Helm;

beforeAll(async () => {
  fixture = await createReleaseFixture(process.env);
  helm = createHelm(fixture.deps());
});

afterAll(() => fixture.close());

beforeEach(() => fixture.newNamespace());

describe("Helm on a real API server", () => {
  it("installs, upgrades, keeps two revisions, and labels them and every object", async () => {
    expect(await helm.upgradeInstall(fixture.request(), signal)).toEqual({
      revision: 1,
      warnings: [],
    });
    await helm.upgradeInstall(fixture.request({ digest: "d2" }), signal);
    await fixture.store.markHealthy(
      fixture.request().target,
      (await fixture.revisions()).at(-1)!,
      signal,
    );
    expect(await helm.upgradeInstall(fixture.request({ digest: "d3" }), signal)).toMatchObject({
      revision: 3,
    });
    const [previous, current] = await fixture.revisions();
    expect(await fixture.revisions()).toHaveLength(2);
    expect(previous).toMatchObject({ revision: 2, status: "superseded", healthy: true });
    expect(current).toMatchObject({
      revision: 3,
      status: "deployed",
      valuesDigest: "d3",
      renderer: "1",
      chart: "0.36.1",
      kubernetes: "v1.36.0",
      mode: "running",
      etcdMembers: 1,
      healthy: false,
      ours: true,
    });
    const marked = await fixture.client.list(KINDS.service, {
      namespace: fixture.namespace,
      labelSelector: "openvcluster.io/render=d3,openvcluster.io/operator-id=main",
    });
    expect(marked.map(({ metadata }) => metadata.name).sort()).toEqual([
      "one",
      "one-etcd",
      "one-etcd-headless",
    ]);
    const config = await fixture.client.get(
      KINDS.secret,
      { namespace: fixture.namespace, name: "vc-config-one" },
      { signal },
    );
    expect(config?.metadata.annotations).toMatchObject({ "openvcluster.io/object-count": "10" });
  });

  it("leaves pod templates as the chart made them, but for the tightened probes", async () => {
    await helm.upgradeInstall(fixture.request(), signal);
    const etcd = await fixture.client.get(
      KINDS.statefulSet,
      { namespace: fixture.namespace, name: "one-etcd" },
      { signal },
    );
    const template = (
      etcd?.["spec"] as { template: KubeObject & { spec: { containers: object[] } } }
    ).template;
    expect(Object.keys(template.metadata.labels ?? {})).not.toContain("openvcluster.io/render");
    expect(template.spec.containers[0]).toMatchObject({
      startupProbe: { periodSeconds: 1, failureThreshold: 250 },
    });
  });

  it("puts back what was deleted or changed by hand when the same release is applied again", async () => {
    await helm.upgradeInstall(fixture.request(), signal);
    await fixture.client.delete(
      KINDS.service,
      { namespace: fixture.namespace, name: "one" },
      { signal },
    );
    await fixture.client.mergePatch(
      KINDS.deployment,
      { namespace: fixture.namespace, name: "one" },
      { spec: { replicas: 5 } },
    );
    await helm.upgradeInstall(fixture.request(), signal);
    expect(
      await fixture.client.get(
        KINDS.service,
        { namespace: fixture.namespace, name: "one" },
        { signal },
      ),
    ).toBeDefined();
    expect(await fixture.replicasOf(KINDS.deployment, "one")).toBe(1);
  });

  it("rolls back to an earlier revision, which keeps its labels", async () => {
    await helm.upgradeInstall(fixture.request({ digest: "good" }), signal);
    await fixture.store.markHealthy(
      fixture.request().target,
      (await fixture.revisions()).at(-1)!,
      signal,
    );
    await helm.upgradeInstall(fixture.request({ digest: "bad", replicas: 3 }), signal);
    expect(await helm.rollback(fixture.request().target, 1, signal)).toMatchObject({ revision: 3 });
    expect(await fixture.revisions()).toMatchObject([
      { revision: 2, valuesDigest: "bad", healthy: false },
      { revision: 3, valuesDigest: "good", healthy: true, status: "deployed" },
    ]);
    expect(await fixture.replicasOf(KINDS.deployment, "one")).toBe(1);
  });

  it("says which revision is not kept, and which release is unknown", async () => {
    await helm.upgradeInstall(fixture.request(), signal);
    await expect(helm.rollback(fixture.request().target, 9, signal)).rejects.toMatchObject({
      reason: "RevisionUnknown",
    });
    const unknown = { release: "two", namespace: fixture.namespace };
    await expect(helm.rollback(unknown, 1, signal)).rejects.toMatchObject({
      reason: "ReleaseUnknown",
    });
  });

  it("uninstalls a release, and an absent one", async () => {
    await helm.upgradeInstall(fixture.request(), signal);
    await helm.uninstall(fixture.request().target, signal);
    expect(await fixture.revisions()).toEqual([]);
    expect(
      await fixture.client.get(
        KINDS.service,
        { namespace: fixture.namespace, name: "one" },
        { signal },
      ),
    ).toBeUndefined();
    await helm.uninstall(fixture.request().target, signal);
  });

  // Two runs that both looked before either wrote may both succeed: Helm's pruning for two kept revisions takes the pending
  // record of the other one for an old one (helm v3.21.4, pkg/storage/storage.go, removeLeastRecent).
  it("tells the loser of two concurrent runs why, and what the objects are of if both won", async () => {
    await helm.upgradeInstall(fixture.request(), signal);
    const runs = await Promise.allSettled([
      helm.upgradeInstall(fixture.request({ digest: "d2", replicas: 3 }), signal),
      helm.upgradeInstall(fixture.request({ digest: "d3", replicas: 5 }), signal),
    ]);
    const lost = runs.filter((run) => run.status === "rejected");
    for (const run of lost) {
      expect(run.reason).toMatchObject({ kind: "conflict", reason: "ReleasePending" });
    }
    expect(runs.length - lost.length).toBeGreaterThan(0);
    const state = releaseState(await fixture.revisions(), Date.now(), 60_000);
    expect(state.kind).toBe("deployed");
    const rendered = await fixture.renderOf(KINDS.deployment, "one");
    expect(["d2", "d3"]).toContain(rendered);
    expect(await fixture.replicasOf(KINDS.deployment, "one")).toBe(rendered === "d2" ? 3 : 5);
    await helm.upgradeInstall(fixture.request({ digest: "d3", replicas: 5 }), signal);
    expect(await fixture.replicasOf(KINDS.deployment, "one")).toBe(5);
    expect(await fixture.renderOf(KINDS.deployment, "one")).toBe("d3");
    expect((await fixture.revisions()).at(-1)).toMatchObject({
      status: "deployed",
      valuesDigest: "d3",
    });
  });

  it("refuses a namespace that is not there, and objects of a stranger", async () => {
    const elsewhere = {
      ...fixture.request(),
      target: { release: "one", namespace: "nowhere-at-all" },
    };
    await expect(helm.upgradeInstall(elsewhere, signal)).rejects.toMatchObject({
      reason: "NamespaceUnknown",
    });
    const stranger: KubeObject = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "vc-config-one", namespace: fixture.namespace },
    };
    await fixture.client.create(KINDS.secret, stranger, { signal });
    await expect(helm.upgradeInstall(fixture.request(), signal)).rejects.toMatchObject({
      kind: "alreadyExists",
      reason: "ReleaseObjectExists",
    });
    expect(await fixture.revisions()).toEqual([]);
  });

  it("reports an immutable change as refused, and works again with values that fit", async () => {
    await helm.upgradeInstall(fixture.request(), signal);
    const wrong = fixture.request({ digest: "wrong" });
    const deploy = {
      enabled: true,
      statefulSet: { persistence: { volumeClaim: { size: "9Gi" } } },
    };
    const values = { controlPlane: { backingStore: { etcd: { deploy } } } };
    await expect(helm.upgradeInstall({ ...wrong, values }, signal)).rejects.toMatchObject({
      kind: "invalid",
      reason: "ReleaseRejected",
    });
    expect(releaseState(await fixture.revisions(), Date.now(), 60_000).kind).toBe("failed");
    await helm.upgradeInstall(fixture.request({ digest: "d3" }), signal);
    expect(releaseState(await fixture.revisions(), Date.now(), 60_000).kind).toBe("deployed");
  });

  it("passes on what the API server remarks about unknown fields", async () => {
    const odd = fixture.request();
    const security = { containerSecurityContext: { runAsUsr: 1 } };
    const values = { controlPlane: { statefulSet: { security } } };
    const { warnings } = await helm.upgradeInstall({ ...odd, values }, signal);
    expect(warnings).toEqual([
      'unknown field "spec.template.spec.containers[0].securityContext.runAsUsr"',
    ]);
  });

  it.each(["0.33.1", "0.34.0", "0.35.2", "0.36.1"])(
    "renders chart %s without a cluster, post-rendered and checked against its schema",
    async (version) => {
      const offline = createHelm(fixture.deps({ kubeconfig: "/nonexistent" }));
      const objects = await offline.template(fixture.request({ version }), "v1.36.0", signal);
      expect(objects.map(({ kind }) => kind)).toContain("StatefulSet");
      for (const { metadata } of objects) {
        expect(metadata).toMatchObject({ labels: { "openvcluster.io/render": "d1" } });
      }
      const odd = { ...fixture.request({ version }), values: { unknownKey: 1 } };
      await expect(offline.template(odd, "v1.36.0", signal)).rejects.toMatchObject({
        reason: "ValuesRejected",
        message: expect.stringContaining("unknownKey") as unknown,
      });
    },
  );

  it("leaves no file of a run behind", async () => {
    await helm.upgradeInstall(fixture.request(), signal);
    expect(
      (await readdir(fixture.workDirectory)).filter((name) => name.startsWith("helm-")),
    ).toEqual([]);
  });
});
