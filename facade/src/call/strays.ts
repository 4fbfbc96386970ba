import { randomUUID } from "node:crypto";
import { type Clock, type Failure, failureOf, type Metrics } from "@open-vcluster/runtime";
import type { Audit } from "../audit/audit.ts";
import { CALLS } from "../metrics/catalog.ts";
import { type DoorRequest, pathOf } from "../server/door.ts";
import { networkOf } from "../server/network.ts";
import { codeName, messageError } from "./fault.ts";
import type { LineLimit } from "./line-limit.ts";
import type { Origins } from "./origin.ts";
import type { StrangerLimit } from "./stranger-limit.ts";

/**
 * Refuses a request that makes no call: its path leads nowhere, or its verb or its form is that of none. Nobody is asked who
 * sent it; it has a line in the audit, and counts for its address.
 *
 * @returns the failure to answer with: the given one, or that there were too many
 */
export type RefuseStray = (request: DoorRequest, failure: Failure) => Failure;

/** What {@link createRefuseStray} uses. */
export interface StrayDeps {
  readonly origins: Origins;
  readonly audit: Audit;
  readonly strangers: StrangerLimit;
  readonly lines: LineLimit;
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** Longest path in a line. */
const MAX_PATH_LENGTH = 256;

/** Creates the refusal. */
export function createRefuseStray(deps: StrayDeps): RefuseStray {
  const total = deps.metrics.counter(CALLS);
  return (request, failure) => {
    const { address } = deps.origins.current();
    const limited = deps.strangers.count(address) ?? roomFailure(deps.audit);
    const told = limited ?? failure;
    const code = codeName(messageError(told).code);
    total.inc({ method: "none", code });
    const hasLine =
      limited === undefined || (limited.kind === "exhausted" && deps.lines(networkOf(address)));
    if (hasLine) {
      deps.audit.add({
        time: new Date(deps.clock.nowMs()).toISOString(),
        stage: "end",
        id: randomUUID(),
        // Without the query, which may hold what a client took for credentials.
        method: `${request.method ?? ""} ${pathOf(request).slice(0, MAX_PATH_LENGTH)}`,
        decision: limited === undefined ? "refused" : "limited",
        code,
        source: address,
      });
    }
    return told;
  };
}

function roomFailure(audit: Audit): Failure | undefined {
  try {
    audit.requireRoom();
    return undefined;
  } catch (error) {
    return failureOf(error);
  }
}
