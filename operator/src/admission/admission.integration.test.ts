import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import {
  API_VERSION,
  DRAIN_LABEL,
  GROUP,
  INSTANCE_NAME_LABEL,
  OPERATOR_ID_LABEL,
  VCLUSTER_INSTANCE,
} from "@open-vcluster/crds";
import {
  createKubeClient,
  failureOf,
  type KubeClient,
  type KubeObject,
  type ResourceType,
} from "@open-vcluster/runtime";
import { connectToTestbed, untilPodsAreAccepted } from "@open-vcluster/runtime/testing/testbed";
import { parse } from "yaml";
import { KINDS } from "../world/kinds.ts";
import { ensureAdmission } from "./ensure.ts";
import { VALIDATING_ADMISSION_POLICY, VALIDATING_ADMISSION_POLICY_BINDING } from "./policy.ts";

const DEFINITIONS: ResourceType = {
  group: "apiextensions.k8s.io",
  version: "v1",
  plural: "customresourcedefinitions",
  kind: "CustomResourceDefinition",
  namespaced: false,
};
const { signal } = new AbortController();

describe("admission policies on a real API server", () => {
  const run = randomUUID().slice(0, 8);
  const operatorId = `test-${run}`;
  const names = { marked: `drain-${run}-a`, unmarked: `drain-${run}-b`, others: `drain-${run}-c` };
  let client: KubeClient;
  let written: readonly string[] = [];
  const ensure = () => ensureAdmission({ client, operatorId }, signal);

  beforeAll(async () => {
    client = createKubeClient(connectToTestbed(process.env));
    const definition = parse(
      readFileSync(new URL("../../../crds/vclusterinstances.yaml", import.meta.url), "utf8"),
    ) as KubeObject;
    await client.apply(DEFINITIONS, definition, { fieldManager: "crds-test", force: true });
    written = await ensure();
    await namespace(names.marked, { [DRAIN_LABEL]: "true", [OPERATOR_ID_LABEL]: operatorId });
    await namespace(names.unmarked, {
      [OPERATOR_ID_LABEL]: operatorId,
      [INSTANCE_NAME_LABEL]: "demo",
    });
    await namespace(names.others, { [DRAIN_LABEL]: "true", [OPERATOR_ID_LABEL]: "another" });
    // A policy is in force when the API server has compiled it, a moment after it was written.
    while ((await makePod(names.marked, SYNCED)) === "made") await delay(50);
    while ((await makeCopy({ ...SYNCED, [`${GROUP}/render`]: "x" })) === "made") await delay(50);
  }, 60_000);
  afterAll(async () => {
    for (const type of [VALIDATING_ADMISSION_POLICY_BINDING, VALIDATING_ADMISSION_POLICY]) {
      await client.deleteCollection(type, { labelSelector: `${OPERATOR_ID_LABEL}=${operatorId}` });
    }
    for (const name of Object.values(names)) await client.delete(KINDS.namespace, { name });
    await client.close();
  });

  const SYNCED = { "vcluster.loft.sh/managed-by": "demo" };
  const CONTROL_PLANE = { app: "vcluster", release: "demo" };

  async function namespace(name: string, labels: Record<string, string>): Promise<void> {
    await client.create(KINDS.namespace, { metadata: { name, labels } });
    await untilPodsAreAccepted(client, name);
  }

  async function attempt(effect: () => Promise<unknown>): Promise<string> {
    try {
      await effect();
      return "made";
    } catch (thrown) {
      return failureOf(thrown).message;
    }
  }

  const makePod = (place: string, labels: Record<string, string>): Promise<string> =>
    attempt(() =>
      client.create<KubeObject>(
        KINDS.pod,
        {
          metadata: { namespace: place, name: `pod-${randomUUID()}`, labels },
          spec: { containers: [{ name: "c", image: "none" }] },
        },
        { dryRun: true },
      ),
    );

  it("are written once and then left alone", async () => {
    expect(written).toHaveLength(6);
    expect(await ensure()).toEqual([]);
  });

  it("are put right when somebody changes them", async () => {
    const name = written[0]?.split("/")[1] ?? "";
    await client.mergePatch(
      VALIDATING_ADMISSION_POLICY,
      { name },
      { spec: { failurePolicy: "Ignore" } },
    );
    expect(await ensure()).toEqual([written[0]]);
    expect(await ensure()).toEqual([]);
  });

  it("stop synced pods where a drain runs, and say why", async () => {
    expect(await makePod(names.marked, SYNCED)).toContain("being drained before it is suspended");
  });

  it.each([
    ["the control plane there", () => makePod(names.marked, CONTROL_PLANE)],
    ["synced pods elsewhere", () => makePod(names.unmarked, SYNCED)],
    ["namespaces of another operator", () => makePod(names.others, SYNCED)],
  ])("do not touch %s", async (_, make) => {
    expect(await make()).toBe("made");
  });

  const makeCopy = (labels: Record<string, string>): Promise<string> =>
    attempt(() =>
      client.create<KubeObject>(
        KINDS.configMap,
        { metadata: { namespace: names.unmarked, name: `copy-${randomUUID()}`, labels } },
        { dryRun: true },
      ),
    );

  it.each([
    [
      "a Helm record of the instance",
      { owner: "helm", name: "demo" },
      "looks like the Helm record",
    ],
    ["a label of ours", { [`${GROUP}/render`]: "x" }, "belong to the operator"],
  ])("refuse what a tenant makes to look like %s", async (_, labels, words) => {
    expect(await makeCopy({ ...SYNCED, ...labels })).toContain(words);
  });

  it.each<[string, Record<string, string>]>([
    ["a tenant's own Helm release", { ...SYNCED, owner: "helm", name: "shop" }],
    ["the real record", { owner: "helm", name: "demo", [`${GROUP}/mode`]: "running" }],
    ["a plain copy", SYNCED],
  ])("let %s pass", async (_, labels) => {
    expect(await makeCopy(labels)).toBe("made");
  });

  it("keep a protected instance from being deleted until it is unlocked", async () => {
    const key = { namespace: names.unmarked, name: "precious" };
    const instance = { apiVersion: API_VERSION, kind: VCLUSTER_INSTANCE.kind, metadata: key };
    await client.create<KubeObject>(VCLUSTER_INSTANCE, {
      ...instance,
      spec: { deletionProtection: true },
    });
    const remove = () => attempt(() => client.delete(VCLUSTER_INSTANCE, key));
    const refusal = await remove();
    expect(refusal).toContain(`${key.namespace}/precious is protected against deletion`);
    expect(refusal).toContain(`kubectl patch vclusterinstances precious -n ${key.namespace}`);
    await client.mergePatch(VCLUSTER_INSTANCE, key, { spec: { deletionProtection: false } });
    expect(await remove()).toBe("made");
  });

  it("let an instance without protection go", async () => {
    const key = { namespace: names.unmarked, name: "plain" };
    const instance = { apiVersion: API_VERSION, kind: VCLUSTER_INSTANCE.kind, metadata: key };
    await client.create<KubeObject>(VCLUSTER_INSTANCE, { ...instance, spec: {} });
    await client.delete(VCLUSTER_INSTANCE, key);
    expect(await client.get(VCLUSTER_INSTANCE, key)).toBeUndefined();
  });
});
