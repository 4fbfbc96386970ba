import type { ServiceImpl } from "@connectrpc/connect";
import type { VClusterService } from "@open-vcluster/api";
import type { ServiceDeps } from "./deps.ts";
import { planRestore } from "./snapshot/plan.ts";
import { restoreVCluster } from "./snapshot/restore.ts";
import { snapshotVCluster } from "./snapshot/take.ts";
import { answerOf } from "./vcluster/answers.ts";
import { createVCluster } from "./vcluster/create.ts";
import { deleteVCluster } from "./vcluster/delete.ts";
import { getCredential, getKubeconfig, getVCluster } from "./vcluster/get.ts";
import { listVClusters } from "./vcluster/list.ts";
import { suspendVCluster } from "./vcluster/suspend.ts";
import { write } from "./vcluster/verb.ts";
import { RESUME, SCALE, UPDATE } from "./vcluster/verbs.ts";
import { watchVCluster } from "./vcluster/watch.ts";

/** The service of virtual clusters. */
export function vclusterService(deps: ServiceDeps): ServiceImpl<typeof VClusterService> {
  return {
    createVCluster: (request, context) => createVCluster(request, context, deps),
    getVCluster: async (request, context) => ({
      vcluster: await getVCluster(request, context, deps),
    }),
    listVClusters: (request, context) => listVClusters(request, context, deps),
    updateVCluster: async (request, context) =>
      answerOf(await write(UPDATE, request, context, deps)),
    deleteVCluster: (request, context) => deleteVCluster(request, context, deps),
    scaleVCluster: async (request, context) => answerOf(await write(SCALE, request, context, deps)),
    suspendVCluster: (request, context) => suspendVCluster(request, context, deps),
    resumeVCluster: async (request, context) =>
      answerOf(await write(RESUME, request, context, deps)),
    snapshotVCluster: (request, context) => snapshotVCluster(request, context, deps),
    restoreVCluster: (request, context) => restoreVCluster(request, context, deps),
    planRestore: (request, context) => planRestore(request, context, deps),
    getVClusterKubeconfig: (request, context) => getKubeconfig(request, context, deps),
    getVClusterCredential: (request, context) => getCredential(request, context, deps),
    watchVCluster: (request, context) => watchVCluster(request, context, deps),
  };
}
