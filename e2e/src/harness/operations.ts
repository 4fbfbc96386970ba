import type { VClusterInstance, VClusterOperation } from "@open-vcluster/crds";
import type { Stage } from "./stage.ts";
import { waitFor } from "./wait.ts";

type Method = VClusterOperation["spec"]["method"];
type Status = NonNullable<VClusterOperation["status"]>;

/** A write as the API makes it: the operation first, then one stamped change of the instance. */
export interface Write {
  readonly method: Method;
  /** Name of the instance. */
  readonly target: string;
  /** Absent: the instance does not exist yet. */
  readonly uid?: string | undefined;
  /** Name of the restore that it is about; absent: it is about the instance. */
  readonly restore?: string;
}

/** Operations of a stage, written as the API writes them. */
export interface Operations {
  /** Accepts an operation; nothing carries it yet. Returns its name. */
  accept(write: Write): Promise<string>;
  /** Accepts an operation and merges a change, stamped with it, into the spec of its instance; creates it if it is new. */
  write(write: Write, spec: VClusterInstance["spec"]): Promise<string>;
  /** Stamps an instance and asks for its deletion. */
  remove(target: string): Promise<string>;
  cancel(name: string): Promise<void>;
  read(name: string): Promise<VClusterOperation | undefined>;
  /** Makes the end of an operation up. */
  end(name: string, status: Status): Promise<void>;
  /** Waits until an operation is under way. */
  started(name: string): Promise<void>;
  /** Waits for an end. */
  ended(name: string): Promise<Status>;
}

const MERGE = "application/merge-patch+json";
const TIMEOUT_MS = 120_000;

/** Writes operations beside the operator of a stage. */
export function operationsOf(stage: Stage): Operations {
  const { product, api } = stage;
  const group = "/apis/openvcluster.io/v1alpha1/namespaces";
  const operations = `${group}/${product.systemNamespace}/vclusteroperations`;
  const instances = `${group}/${product.namespace}/vclusterinstances`;
  let count = 0;
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    type?: string,
  ): Promise<unknown> => {
    const answer = await api.call(method, path, body, type);
    if (answer.status >= 300) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  const accept = async ({ method, target, uid, restore }: Write): Promise<string> => {
    count += 1;
    const name = `op-${String(count)}`;
    await call("POST", operations, {
      apiVersion: "openvcluster.io/v1alpha1",
      kind: "VClusterOperation",
      metadata: { name },
      spec: {
        method,
        target: {
          namespace: product.namespace,
          name: target,
          ...(uid === undefined ? {} : { uid }),
        },
        ...(restore === undefined
          ? {}
          : { object: { kind: "VClusterRestore", namespace: product.namespace, name: restore } }),
        requester: { name: "alice" },
        payloadHash: "0".repeat(64),
      },
    });
    return name;
  };
  const stampOf = (name: string): object => ({
    annotations: {
      "openvcluster.io/operation": name,
      "openvcluster.io/traceparent": `00-${TRACE_ID}-00f067aa0ba902b7-01`,
    },
  });
  const read: Operations["read"] = async (name) => {
    const { status, body } = await api.call("GET", `${operations}/${name}`);
    return status === 404 ? undefined : (body as VClusterOperation);
  };
  const reaches = (name: string, isReached: (status: Status) => boolean): Promise<Status> =>
    waitFor(
      `operation ${name}`,
      async () => {
        const status = (await read(name))?.status;
        return status !== undefined && isReached(status) ? status : undefined;
      },
      { timeoutMs: TIMEOUT_MS, describe: async () => JSON.stringify((await read(name))?.status) },
    );
  return {
    accept,
    write: async (write, spec) => {
      const name = await accept(write);
      if (write.method === "CreateVCluster") {
        const metadata = { name: write.target, ...stampOf(name) };
        const apiVersion = "openvcluster.io/v1alpha1";
        await call("POST", instances, { apiVersion, kind: "VClusterInstance", metadata, spec });
      } else {
        const change = { metadata: stampOf(name), spec };
        await call("PATCH", `${instances}/${write.target}`, change, MERGE);
      }
      return name;
    },
    remove: async (target) => {
      const uid = (await stage.read(target))?.metadata.uid;
      const name = await accept({ method: "DeleteVCluster", target, uid });
      await call("PATCH", `${instances}/${target}`, { metadata: stampOf(name) }, MERGE);
      await call("DELETE", `${instances}/${target}`);
      return name;
    },
    cancel: async (name) => {
      await call("PATCH", `${operations}/${name}`, { spec: { cancel: true } }, MERGE);
    },
    read,
    end: async (name, status) => {
      await call("PATCH", `${operations}/${name}/status`, { status }, MERGE);
    },
    started: async (name) => {
      await reaches(name, ({ state }) => state === "Running");
    },
    ended: (name) => reaches(name, ({ finishedAt }) => finishedAt !== undefined),
  };
}

/** The trace that every write belongs to. */
export const TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736";
