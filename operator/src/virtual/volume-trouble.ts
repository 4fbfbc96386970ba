import type { ControlPlaneSeen, PlacedContainer } from "./control-plane.ts";
import { type Diagnosis, quote } from "./diagnosis.ts";
import { unscheduledMessages } from "./placement-trouble.ts";

const FULL =
  /no space left on device|database or disk is full|mvcc: database space exceeded|alarm:? ?NOSPACE|disk quota exceeded/i;

/** The store cannot write any more: its own words or exit message say so. Pure. */
export function volumeFull(
  seen: ControlPlaneSeen,
  containers: readonly PlacedContainer[],
): Diagnosis | undefined {
  const words = seen.lastWords.find(({ line }) => FULL.test(line));
  const ended = containers.find(({ status }) =>
    FULL.test(
      `${status.state?.terminated?.message ?? ""} ${status.lastState?.terminated?.message ?? ""}`,
    ),
  );
  const pod = words?.pod ?? ended?.pod;
  if (pod === undefined) return undefined;
  return {
    reason: "VolumeFull",
    message: `The volume of pod ${pod} is full${words === undefined ? "" : ` (${words.line})`}: expand its PersistentVolumeClaim${claimOf(seen, pod)}, or delete objects in the virtual cluster`,
  };
}

function claimOf(seen: ControlPlaneSeen, pod: string): string {
  // A StatefulSet names its claims TEMPLATE-POD.
  const claim = seen.claims.find(({ metadata }) => metadata.name.endsWith(`-${pod}`));
  return claim === undefined ? "" : ` ${claim.metadata.name}`;
}

/** A claim that a pod waits for is not bound. A claim that waits for its first consumer is no trouble by itself. Pure. */
export function volumePending(seen: ControlPlaneSeen): Diagnosis | undefined {
  const unbound = unscheduledMessages(seen).some((message) =>
    /unbound immediate PersistentVolumeClaims|persistentvolumeclaim ".*" not found/i.test(message),
  );
  const failed = seen.warnings.find(
    ({ reason, involvedObject }) =>
      involvedObject?.kind === "PersistentVolumeClaim" &&
      (reason === "ProvisioningFailed" || reason === "FailedBinding"),
  );
  const claim = seen.claims.find(
    ({ metadata, status }) =>
      status?.phase === "Pending" && (unbound || metadata.name === failed?.involvedObject?.name),
  );
  if (claim === undefined) return undefined;
  const why = failed === undefined ? "" : ` (${quote(failed.message ?? "")})`;
  return {
    reason: "VolumePending",
    message: `PersistentVolumeClaim ${claim.metadata.name} is not bound${why}: check StorageClass ${claim.spec?.storageClassName ?? "(the default)"} and its provisioner`,
  };
}
