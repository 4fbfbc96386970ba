import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import {
  API_VERSION,
  forwarderSecretName,
  releaseName,
  type VClusterInstance,
} from "@open-vcluster/crds";
import {
  createKubeClient,
  type KubeClient,
  type KubeObject,
  systemClock,
} from "@open-vcluster/runtime";
import { connectToTestbed, createNamespace } from "@open-vcluster/runtime/testing/testbed";
import { KINDS } from "../../world/kinds.ts";
import { CONTEXT } from "../testing/build-snapshot.ts";
import { FORWARDER } from "./forwarder.ts";
import { closeSqlite, lookAtSqlite, openSqlite } from "./sqlite.ts";

const SET = releaseName("ledger");
const { signal } = new AbortController();

describe("the way to a sqlite store", () => {
  let client: KubeClient;
  let home = "";

  const forwarder = () => ({ namespace: home, name: FORWARDER });
  const use = (asker = "VClusterSnapshot one") => ({ instance: instanceIn(home), asker });
  const deps = () => ({
    client,
    settings: {
      ...CONTEXT.settings,
      operatorNamespace: home,
      work: { ...CONTEXT.settings.work, image: "product:1" },
    },
    clock: systemClock,
  });
  const look = (asker?: string) => lookAtSqlite(use(asker), deps(), signal);
  const scale = (replicas: number): Promise<unknown> =>
    client.mergePatch(KINDS.statefulSet, { namespace: home, name: SET }, { spec: { replicas } });

  beforeAll(async () => {
    client = createKubeClient(connectToTestbed(process.env));
    home = await createNamespace(client);
    const set = statefulSetIn(home);
    await client.create(KINDS.statefulSet, set);
    await client.create(KINDS.persistentVolumeClaim, claimIn(home));
  });
  afterAll(async () => {
    await client.delete(KINDS.namespace, { name: home });
    await client.close();
  });

  it("is opened for one who asks, and nobody else", async () => {
    expect(await look()).toEqual({ kind: "closed", isOpened: false });
    await openSqlite(use(), deps(), signal);
    expect(await look()).toMatchObject({ kind: "waiting", isOpened: true });
    expect(await look("VClusterSnapshot two")).toEqual({
      kind: "waiting",
      why: "VClusterSnapshot one uses the store",
      isOpened: false,
    });
  });

  it("is known to be open whatever becomes of the control plane", async () => {
    await scale(1);
    expect(await look()).toMatchObject({ kind: "waiting", isOpened: true });
    await client.delete(KINDS.statefulSet, { namespace: home, name: SET });
    expect(await look()).toMatchObject({
      why: `There is no StatefulSet ${SET} in ${home}`,
      isOpened: true,
    });
    await client.create(KINDS.statefulSet, statefulSetIn(home));
  });

  it("is known to be open when closing it was cut off, and then leaves nothing", async () => {
    const secret = {
      namespace: home,
      name: forwarderSecretName({ namespace: home, name: "ledger" }),
    };
    await client.delete(KINDS.secret, secret);
    await client.delete(
      KINDS.pod,
      { namespace: home, name: `${SET}-0` },
      { gracePeriodSeconds: 0 },
    );
    expect(await look()).toEqual({ kind: "closed", isOpened: true });
    await closeSqlite(use(), deps(), signal);
    expect(await client.get(KINDS.pod, forwarder())).toBeUndefined();
    expect(await client.get(KINDS.networkPolicy, forwarder())).toBeUndefined();
    expect(await look()).toEqual({ kind: "closed", isOpened: false });
  });
});

function instanceIn(namespace: string): VClusterInstance {
  return {
    apiVersion: API_VERSION,
    kind: "VClusterInstance",
    metadata: { namespace, name: "ledger" },
    spec: { targetNamespace: namespace },
  };
}

function claimIn(namespace: string): KubeObject {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { namespace, name: `data-${SET}-0` },
    ...{ spec: CLAIM },
  };
}

function statefulSetIn(namespace: string): KubeObject {
  const labels = { app: "vcluster", release: SET };
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { namespace, name: SET },
    ...{
      spec: {
        serviceName: SET,
        replicas: 0,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: { containers: [{ name: "syncer", image: "syncer:1" }] },
        },
        volumeClaimTemplates: [{ metadata: { name: "data" }, spec: CLAIM }],
      },
    },
  };
}

const CLAIM = {
  accessModes: ["ReadWriteOnce"],
  resources: { requests: { storage: "1Gi" } },
};
