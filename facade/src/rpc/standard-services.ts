import type { DescService } from "@bufbuild/protobuf";
import type { ConnectRouter } from "@connectrpc/connect";
import { Health } from "@open-vcluster/api/grpc/health/v1";
import { ServerReflection } from "@open-vcluster/api/grpc/reflection/v1";
import { ServerReflection as ServerReflectionAlpha } from "@open-vcluster/api/grpc/reflection/v1alpha";
import { type HealthServiceDeps, healthService } from "./health-service.ts";
import { reflectionService } from "./reflection-service.ts";

/** Adds health and reflection to a router that has all other services. */
export function addStandardServices(
  router: ConnectRouter,
  deps: Omit<HealthServiceDeps, "services">,
): void {
  const own: readonly DescService[] = [
    ...new Set(router.handlers.map((handler) => handler.service)),
  ];
  const reflection = reflectionService([...own, Health, ServerReflection, ServerReflectionAlpha]);
  const services = own.map((service) => service.typeName);
  router
    .service(Health, healthService({ ...deps, services }))
    .service(ServerReflection, reflection)
    .service(ServerReflectionAlpha, reflection);
}
