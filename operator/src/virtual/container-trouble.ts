import {
  type ControlPlaneSeen,
  type HostEvent,
  livePods,
  type PlacedContainer,
} from "./control-plane.ts";
import { type Diagnosis, quote } from "./diagnosis.ts";

const CONFIG_REASONS: ReadonlySet<string> = new Set([
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
]);

/** A container lacks something that it must have to be made. Pure. */
export function configError(
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
  if (mount === undefined || !isAboutPendingPod(seen, mount)) return undefined;
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

/** An image cannot be pulled. Pure. */
export function imageNotAvailable(
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

/** A container starts and ends again and again. Pure. */
export function crashLooping(
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

function isAboutPendingPod(seen: ControlPlaneSeen, event: HostEvent): boolean {
  return livePods(seen.pods).some(
    ({ metadata, status }) =>
      metadata.uid === event.involvedObject?.uid && status?.phase === "Pending",
  );
}
