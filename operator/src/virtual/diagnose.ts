import {
  type ControlPlaneSeen,
  type HostEvent,
  livePods,
  type PlacedContainer,
  troubledContainers,
} from "./control-plane.ts";

/** Why a control plane cannot come up, as a condition reason. */
export type DiagnosisReason =
  | "VolumeFull"
  | "ConfigError"
  | "ImageNotAvailable"
  | "VolumePending"
  | "Unschedulable"
  | "QuotaExceeded"
  | "PodsRefused"
  | "CrashLooping";

/** What is wrong, and one sentence of advice. */
export interface Diagnosis {
  readonly reason: DiagnosisReason;
  readonly message: string;
}

/** Longest text that is quoted from the cluster. */
const MAX_QUOTE_LENGTH = 300;

/**
 * Finds the cause that keeps a control plane down, from its pods, claims, warnings and last log lines. Pure.
 *
 * Causes come before symptoms: a full volume also crash-loops, a pending claim also makes a pod unschedulable.
 *
 * @returns `undefined` when nothing is wrong, or when it is just starting.
 */
export function diagnose(seen: ControlPlaneSeen): Diagnosis | undefined {
  const containers = troubledContainers(seen.pods);
  for (const check of CHECKS) {
    const found = check(seen, containers);
    if (found !== undefined) return found;
  }
  return undefined;
}

type Check = (
  seen: ControlPlaneSeen,
  containers: readonly PlacedContainer[],
) => Diagnosis | undefined;

const CHECKS: readonly Check[] = [
  volumeFull, // the store cannot write: everything else follows from it
  configError, // a Secret or ConfigMap that a pod needs is missing
  imageNotAvailable, // nothing starts without its image
  volumePending, // an unbound claim is why the pod has no node
  unschedulable, // no node takes the pod
  podsRefused, // the pod does not even exist
  crashLooping, // it starts and dies: its own words say why
];

const FULL =
  /no space left on device|database or disk is full|mvcc: database space exceeded|alarm:? ?NOSPACE|disk quota exceeded/i;

function volumeFull(
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

const CONFIG_REASONS: ReadonlySet<string> = new Set([
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
]);

function configError(
  seen: ControlPlaneSeen,
  containers: readonly PlacedContainer[],
): Diagnosis | undefined {
  const container = containers.find(({ status }) =>
    CONFIG_REASONS.has(status.state?.waiting?.reason ?? ""),
  );
  if (container !== undefined) {
    const said = container.status.state?.waiting?.message ?? "no details";
    return {
      reason: "ConfigError",
      message: `Container ${container.status.name} of pod ${container.pod} cannot be made (${quote(said)}): correct the values, or create what is missing`,
    };
  }
  const mount = warningOf(
    seen,
    "FailedMount",
    /(secret|configmap) ".*" not found|references non-existent/i,
  );
  if (mount === undefined || !isAboutLivePod(seen, mount)) return undefined;
  return {
    reason: "ConfigError",
    message: `A volume of pod ${mount.involvedObject?.name ?? ""} cannot be mounted (${quote(mount.message ?? "")}): create what is missing`,
  };
}

const IMAGE_REASONS: ReadonlySet<string> = new Set([
  "ErrImagePull",
  "ImagePullBackOff",
  "ErrImageNeverPull",
  "InvalidImageName",
  "ImageInspectError",
  "RegistryUnavailable",
]);

function imageNotAvailable(
  _seen: ControlPlaneSeen,
  containers: readonly PlacedContainer[],
): Diagnosis | undefined {
  const container = containers.find(({ status }) =>
    IMAGE_REASONS.has(status.state?.waiting?.reason ?? ""),
  );
  if (container === undefined) return undefined;
  const { image = "", name, state } = container.status;
  return {
    reason: "ImageNotAvailable",
    message: `Image ${image} of container ${name} in pod ${container.pod} cannot be pulled (${state?.waiting?.reason ?? ""}): check its name, the registry and the pull Secrets`,
  };
}

function volumePending(seen: ControlPlaneSeen): Diagnosis | undefined {
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

function unschedulable(seen: ControlPlaneSeen): Diagnosis | undefined {
  const message = unscheduledMessages(seen)[0];
  if (message === undefined) return undefined;
  return {
    reason: "Unschedulable",
    message: `No node can take a pod of the control plane (${quote(message)}): add capacity, or lower its requests`,
  };
}

function unscheduledMessages(seen: ControlPlaneSeen): readonly string[] {
  return livePods(seen.pods).flatMap(({ status }) =>
    (status?.conditions ?? [])
      .filter(
        ({ type, status: holds, reason }) =>
          type === "PodScheduled" && holds === "False" && reason === "Unschedulable",
      )
      .map(({ message = "" }) => message),
  );
}

function podsRefused(seen: ControlPlaneSeen): Diagnosis | undefined {
  if (livePods(seen.pods).some(({ status }) => status?.phase === "Running")) return undefined;
  const said = seen.replicaFailure ?? warningOf(seen, "FailedCreate", /./)?.message;
  if (said === undefined) return undefined;
  return /exceeded quota|must specify (limits|requests)|failed quota/i.test(said)
    ? {
        reason: "QuotaExceeded",
        message: `A quota of the target namespace refuses a pod of the control plane (${quote(said)}): raise spec.quota, or remove workloads`,
      }
    : {
        reason: "PodsRefused",
        message: `The host cluster refuses a pod of the control plane (${quote(said)}): change the values or the policy that the message names`,
      };
}

function crashLooping(
  seen: ControlPlaneSeen,
  containers: readonly PlacedContainer[],
): Diagnosis | undefined {
  const container = containers.find(isCrashLooping);
  if (container === undefined) return undefined;
  const { name, state, lastState } = container.status;
  const ended = state?.terminated ?? lastState?.terminated;
  const words = seen.lastWords.find(
    (last) => last.pod === container.pod && last.container === name,
  );
  const cause =
    ended?.reason === "OOMKilled" ? "raise its memory limit" : "correct what it complains about";
  const line = words === undefined ? "" : `; it said: ${words.line}`;
  return {
    reason: "CrashLooping",
    message: `Container ${name} of pod ${container.pod} keeps exiting (${ended?.reason ?? "Error"}, exit code ${ended?.exitCode ?? "unknown"}${line}): ${cause} in the spec`,
  };
}

function isCrashLooping({ status }: PlacedContainer): boolean {
  if (status.state?.waiting?.reason === "CrashLoopBackOff") return true;
  // Between two back-offs it runs or has just ended; one restart alone is not a loop yet.
  return (status.restartCount ?? 0) >= 2;
}

function warningOf(seen: ControlPlaneSeen, reason: string, said: RegExp): HostEvent | undefined {
  return seen.warnings.find((event) => event.reason === reason && said.test(event.message ?? ""));
}

function isAboutLivePod(seen: ControlPlaneSeen, event: HostEvent): boolean {
  return livePods(seen.pods).some(
    ({ metadata, status }) =>
      metadata.uid === event.involvedObject?.uid && status?.phase === "Pending",
  );
}

function quote(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  return line.length <= MAX_QUOTE_LENGTH ? line : `${line.slice(0, MAX_QUOTE_LENGTH)}…`;
}
