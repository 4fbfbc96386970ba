import type { VClusterInstance } from "@open-vcluster/crds";
import { applyRoles, createAccount } from "../src/harness/account.ts";
import type { Api } from "../src/harness/api.ts";
import { type Caller, openCaller } from "../src/harness/caller.ts";
import type { FacadeProcess } from "../src/harness/facade-process.ts";
import { forEachAtOnce, forgetInstances, instancePath } from "../src/harness/fleet.ts";
import { instanceOf } from "../src/harness/instance.ts";
import { openStage, type Stage } from "../src/harness/stage.ts";

/** A control plane without an operator, so that nobody but the measured writes. */
export interface ApiPlace {
  readonly stage: Stage;
  /** Namespace of the instances. */
  readonly namespace: string;
  /** Of somebody who may do everything with instances of the namespace. */
  readonly token: string;
  /** A raw client of the API server. */
  readonly api: Api;
  /** Starts a facade. */
  startFacade(env?: Readonly<Record<string, string>>): Promise<FacadeProcess>;
  /** A caller on a connection of its own. */
  call(facade: FacadeProcess): Promise<Caller>;
  /** Creates instances that look as if the operator had made them ready. */
  fill(count: number): Promise<void>;
  /** Removes every instance and every operation. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

const ETCD: VClusterInstance["spec"] = { backingStore: { type: "etcd" } };
const TEMPLATE = "template";
const MERGE = "application/merge-patch+json";

/** Starts the control plane, and runs one instance to see what a ready one looks like. */
export async function openApiPlace(): Promise<ApiPlace> {
  const stage = await openStage("bench-api");
  const { api, product } = stage;
  const { namespace, systemNamespace } = product;
  await applyRoles(product);
  const account = await createAccount(product, { namespace, name: "bench" }, [
    "vcluster-tenant-admin",
  ]);
  const template = await readyInstance(stage);
  const operations = `/apis/openvcluster.io/v1alpha1/namespaces/${systemNamespace}/vclusteroperations`;
  return {
    stage,
    namespace,
    token: account.token,
    api,
    startFacade: async (env = {}) => {
      const facade = product.startFacade({ env });
      await facade.serving();
      return facade;
    },
    call: async (facade) => openCaller(await facade.serving(), account.token),
    fill: (count) =>
      forEachAtOnce(
        Array.from({ length: count }, (_, at) => `filled-${String(at)}`),
        (name) => createReady(api, namespace, name, template),
      ),
    clear: async () => {
      await forgetInstances(api, namespace);
      await api.call("DELETE", operations);
    },
    close: () => stage.close(),
  };
}

async function readyInstance(stage: Stage): Promise<VClusterInstance> {
  const operator = stage.product.start();
  await stage.apply(TEMPLATE, ETCD);
  const ready = await stage.reaches(TEMPLATE, "Ready=True Running");
  await stage.remove(TEMPLATE);
  await stage.gone(TEMPLATE);
  await operator.stop();
  return ready;
}

async function createReady(
  api: Api,
  namespace: string,
  name: string,
  { spec, status, metadata }: VClusterInstance,
): Promise<void> {
  const { annotations, labels } = metadata;
  const instance = instanceOf(namespace, name, spec);
  const kept = { ...(annotations && { annotations }), ...(labels && { labels }) };
  const body = { ...instance, metadata: { ...instance.metadata, ...kept } };
  const created = await api.call("POST", instancePath(namespace), body);
  if (created.status !== 201) throw new Error(JSON.stringify(created.body));
  const path = `${instancePath(namespace, name)}/status`;
  const patched = await api.call("PATCH", path, { status }, MERGE);
  if (patched.status !== 200) throw new Error(JSON.stringify(patched.body));
}
