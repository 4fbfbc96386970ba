import { VCLUSTER_OPERATION, type VClusterOperation } from "@open-vcluster/crds";
import {
  createInformer,
  type Informer,
  type InformerDeps,
  type KubeClient,
  type KubeObject,
  keyText,
  withoutManagedFields,
} from "@open-vcluster/runtime";

/** The operations in the product's namespace. */
export interface Operations {
  readonly informer: Informer<VClusterOperation>;
  /** From the cache alone. */
  cached(name: string): VClusterOperation | undefined;
  /** From the cache, else from the API server. */
  find(name: string): Promise<VClusterOperation | undefined>;
  /** From the API server. */
  read(name: string): Promise<VClusterOperation | undefined>;
  /** Throws `alreadyExists` if the name is taken. */
  create(operation: VClusterOperation): Promise<VClusterOperation>;
  /** Removes an operation that changed nothing; another one of its name is left alone. */
  withdraw(operation: VClusterOperation): Promise<void>;
  /** Asks the operator to close it as cancelled. */
  cancel(operation: VClusterOperation): Promise<VClusterOperation>;
}

/** Creates the access; its informer is started by the caller. */
export function createOperations(
  client: KubeClient,
  namespace: string,
  deps: InformerDeps,
): Operations {
  const informer = createInformer<VClusterOperation>(
    { client, type: VCLUSTER_OPERATION, namespace, project: kept },
    deps,
  );
  const read = (name: string): Promise<VClusterOperation | undefined> =>
    client.get<VClusterOperation>(VCLUSTER_OPERATION, { namespace, name });
  const cached = (name: string): VClusterOperation | undefined =>
    informer.get(keyText({ namespace, name }));
  return {
    informer,
    cached,
    read,
    find: async (name) => cached(name) ?? (await read(name)),
    create: (operation) => client.create(VCLUSTER_OPERATION, operation),
    withdraw: async ({ metadata: { name, uid } }) => {
      await client.delete(VCLUSTER_OPERATION, { namespace, name }, { uid });
    },
    cancel: ({ metadata: { name } }) =>
      client.mergePatch<VClusterOperation>(
        VCLUSTER_OPERATION,
        { namespace, name },
        { spec: { cancel: true } },
      ),
  };
}

/** Whether an operation ended, one way or another. Pure. */
export function isFinished({ status }: VClusterOperation): boolean {
  return status?.finishedAt !== undefined;
}

function kept(raw: KubeObject): VClusterOperation {
  return withoutManagedFields(raw) as unknown as VClusterOperation;
}
