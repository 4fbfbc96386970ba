import type { ConnectRouter } from "@connectrpc/connect";
import { OperationService, SnapshotService, VClusterService } from "@open-vcluster/api";
import type { ServiceDeps } from "./deps.ts";
import { operationService } from "./operation-service.ts";
import { snapshotService } from "./snapshot-service.ts";
import { vclusterService } from "./vcluster-service.ts";

/** The services of the product. */
export function routesOf(deps: ServiceDeps): (router: ConnectRouter) => void {
  return (router) => {
    router.service(VClusterService, vclusterService(deps));
    router.service(SnapshotService, snapshotService(deps));
    router.service(OperationService, operationService(deps));
  };
}
