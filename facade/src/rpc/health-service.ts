import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import {
  type Health,
  HealthCheckResponse_ServingStatus as Status,
} from "@open-vcluster/api/grpc/health/v1";
import { answerChecks, type Clock, type HealthChecks } from "@open-vcluster/runtime";

/** What {@link healthService} uses. */
export interface HealthServiceDeps {
  /** What must hold before calls can be served; the same for every service. */
  readonly ready: HealthChecks;
  /** Full names of the services that are served. */
  readonly services: readonly string[];
  readonly clock: Clock;
}

/** How soon those who watch learn of a change. */
const POLL_MS = 1_000;

/** grpc.health.v1: each service is as healthy as the whole. */
export function healthService({
  ready,
  services,
  clock,
}: HealthServiceDeps): ServiceImpl<typeof Health> {
  const names = ["", ...services];
  const statusOf = (service: string): Status => {
    if (!names.includes(service)) return Status.SERVICE_UNKNOWN;
    return answerChecks(ready).status === 200 ? Status.SERVING : Status.NOT_SERVING;
  };
  return {
    check: ({ service }) => {
      const status = statusOf(service);
      if (status !== Status.SERVICE_UNKNOWN) return { status };
      throw new ConnectError("No service of this name is served", Code.NotFound);
    },
    list: () => ({
      statuses: Object.fromEntries(names.map((name) => [name, { status: statusOf(name) }])),
    }),
    async *watch({ service }, { signal }) {
      let told: Status | undefined;
      for (;;) {
        const status = statusOf(service);
        if (status !== told) yield { status };
        told = status;
        await clock.sleep(POLL_MS, signal);
      }
    },
  };
}
