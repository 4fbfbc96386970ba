import type { NewInstance } from "./action.ts";
import { isOurs, targetExists } from "./checks.ts";
import { counted } from "./counted.ts";
import {
  act,
  type DecideContext,
  fail,
  type RestoreDecision,
  type Turn,
  turn,
  waitFor,
} from "./decision.ts";
import { newSpecOf } from "./origin.ts";
import type { OriginSeen } from "./origin-seen.ts";
import type { RestoreSeen } from "./seen.ts";
import { isReplacement, isUntouched } from "./target.ts";

/** A new instance is made, and held from the first: it does not serve before it is loaded. Pure. */
export function newInstance(
  seen: RestoreSeen,
  context: DecideContext,
): RestoreDecision | undefined {
  const { restore, instance } = seen;
  if (restore.spec.target.newInstance === undefined || !isUntouched(seen)) return undefined;
  const left = retained(seen);
  if (left !== undefined) return left;
  if (restore.spec.dryRun === true) return counted(seen, "make a new instance and ");
  return instance === undefined ? made(seen, context) : started(seen);
}

/** What an instance of its name left on purpose is not written over. */
function retained({ restore, instance, volumes }: RestoreSeen): RestoreDecision | undefined {
  const names = volumes.flatMap(({ name, isGoing }) => (isGoing ? [] : [name]));
  if (instance !== undefined || names.length === 0) return undefined;
  const target = restore.spec.target.newInstance?.name ?? "";
  return fail(
    "TargetExists",
    `The data of an earlier VClusterInstance ${target} was retained (PersistentVolumeClaim ${names.join(", ")}): create the instance again, which brings it back, and restore into it with target.instanceRef; or delete its target namespace, or choose another name`,
  );
}

function made(seen: RestoreSeen, { settings }: DecideContext): RestoreDecision {
  const { origin, place } = seen;
  switch (origin.kind) {
    case "notNeeded": {
      const message = place.kind === "refused" ? place.message : "The snapshot is not there yet";
      return waitFor(starting(message), settings.pollMs);
    }
    case "unknown":
      return origin.retry
        ? waitFor(starting(origin.message), settings.pollMs)
        : fail(origin.reason, origin.message);
    case "known":
      return createdFrom(origin, seen);
  }
}

function createdFrom(
  origin: Extract<OriginSeen, { kind: "known" }>,
  seen: RestoreSeen,
): RestoreDecision {
  const { restore } = seen;
  // Told before it is there, for whoever starts it.
  if (restore.status?.instanceMode === undefined) {
    return turn({ ...starting("It is held until it is loaded"), change: HELD });
  }
  const made = {
    spec: newSpecOf(origin.spec, seen),
    labels: isReplacement(seen) ? origin.labels : {},
  };
  if (isReplacement(seen) && !origin.hasIdentity) return adopted(origin, made);
  const name = restore.spec.target.newInstance?.name ?? "";
  return act({ kind: "createInstance", ...made }, starting(`VClusterInstance ${name} is made`));
}

function adopted(
  { certificates }: Extract<OriginSeen, { kind: "known" }>,
  made: NewInstance,
): RestoreDecision {
  if (certificates !== undefined) return act({ kind: "adoptIdentity", certificates, ...made });
  return fail(
    "SnapshotMissing",
    "The snapshot holds no certificates, so the instance cannot come back as itself: restore it under another name",
  );
}

function started({ restore, instance }: RestoreSeen): RestoreDecision | undefined {
  const { name = "", uid = "" } = instance?.metadata ?? {};
  if (restore.status?.instance !== undefined) return undefined;
  // Somebody else may have been quicker since it was accepted.
  if (!isOurs({ restore, instance })) return targetExists(name);
  return turn({
    ...starting(`VClusterInstance ${name} is made`),
    change: { instance: { name, uid }, ...HELD },
  });
}

const HELD = { instanceMode: "storeOnly" } as const;

function starting(message: string): Turn {
  return { phase: "Planning", reason: "Planning", message };
}
