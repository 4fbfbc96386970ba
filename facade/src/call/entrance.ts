import type { Clock, Logger, Metrics, Tracing } from "@open-vcluster/runtime";
import type { Audit } from "../audit/audit.ts";
import type { Authenticate } from "../identity/authenticate.ts";
import { type AdmissionLimits, createAdmission } from "./admission.ts";
import { createLineLimit } from "./line-limit.ts";
import type { Origins } from "./origin.ts";
import { createReception, type Receive } from "./reception.ts";
import { createRecords } from "./record.ts";
import { createStrangerLimit } from "./stranger-limit.ts";
import { createRefuseStray, type RefuseStray } from "./strays.ts";
import { createVisits, type Visits } from "./visits.ts";

/** What every door needs to let requests in, or to refuse them. */
export interface Entrance {
  readonly receive: Receive;
  readonly visits: Visits;
  readonly refuseStray: RefuseStray;
}

/** What {@link createEntrance} uses. */
export interface EntranceDeps {
  readonly origins: Origins;
  readonly authenticate: Authenticate;
  readonly limits: AdmissionLimits;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
}

/** Creates the entrance of one replica; its limits hold for all doors together. */
export function createEntrance(deps: EntranceDeps): Entrance {
  const shared = {
    ...deps,
    strangers: createStrangerLimit(deps.limits, deps),
    lines: createLineLimit(deps.clock),
  };
  return {
    receive: createReception({
      ...shared,
      admission: createAdmission(deps.limits, deps),
      open: createRecords(deps),
    }),
    visits: createVisits(),
    refuseStray: createRefuseStray(shared),
  };
}
