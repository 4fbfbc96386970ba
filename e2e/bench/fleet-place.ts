import type { VClusterInstance } from "@open-vcluster/crds";
import { type Audit, prepareAudit } from "../src/harness/audit.ts";
import {
  createInstances,
  forgetInstances,
  instancePath,
  prepareFleet,
} from "../src/harness/fleet.ts";
import { conditionOf } from "../src/harness/instance.ts";
import type { OperatorProcess } from "../src/harness/operator-process.ts";
import { openStage, type Stage } from "../src/harness/stage.ts";
import { waitFor } from "../src/harness/wait.ts";

/** A control plane with many instances on it, whose releases match. */
export interface FleetPlace {
  readonly stage: Stage;
  readonly audit: Audit;
  /** Writes the hosts' side of so many instances; they themselves do not exist yet. */
  prepare(count: number): Promise<readonly VClusterInstance[]>;
  create(instances: readonly VClusterInstance[]): Promise<void>;
  /** Removes the instances alone; their releases stay. */
  forget(): Promise<void>;
  list(): Promise<readonly VClusterInstance[]>;
  /** Starts an operator and waits until it leads. */
  lead(env?: Readonly<Record<string, string>>): Promise<OperatorProcess>;
  close(): Promise<void>;
}

const PODS_TIMEOUT_MS = 1_800_000;

/** Starts the control plane. */
export async function openFleetPlace(id: string): Promise<FleetPlace> {
  const audit = prepareAudit();
  const stage = await openStage(id, { apiServerArgs: audit.apiServerArgs });
  const { api, product } = stage;
  const { namespace } = product;
  const list = (): Promise<readonly VClusterInstance[]> => api.list(instancePath(namespace));
  return {
    stage,
    audit,
    list,
    prepare: async (count) => {
      const instances = await prepareFleet(product, count);
      await waitFor("the pods of the fleet run", () => allPodsRun(stage), {
        timeoutMs: PODS_TIMEOUT_MS,
        intervalMs: 2_000,
      });
      return instances;
    },
    create: (instances) => createInstances(api, instances),
    forget: () => forgetInstances(api, namespace),
    lead: async (env = {}) => {
      const operator = product.start({ env: { LEASE_DURATION: "15s", ...env } });
      await operator.leading();
      return operator;
    },
    close: async () => {
      await stage.close();
      audit.remove();
    },
  };
}

/** Waits until every instance is what it should be. */
export async function untilAllReady(place: FleetPlace): Promise<readonly VClusterInstance[]> {
  return waitFor(
    "all instances are ready",
    async () => {
      const all = await place.list();
      const isReady = (instance: VClusterInstance): boolean =>
        conditionOf(instance, "Ready").startsWith("Ready=True");
      return all.every(isReady) ? all : undefined;
    },
    { timeoutMs: PODS_TIMEOUT_MS, intervalMs: 1_000 },
  );
}

interface Workload {
  readonly spec: { readonly replicas: number };
  readonly status: { readonly readyReplicas?: number };
}

async function allPodsRun({ api }: Stage): Promise<boolean> {
  const lists = await Promise.all([
    api.list<Workload>("/apis/apps/v1/statefulsets"),
    api.list<Workload>("/apis/apps/v1/deployments"),
  ]);
  return lists.flat().every(({ spec, status }) => (status.readyReplicas ?? 0) >= spec.replicas);
}
