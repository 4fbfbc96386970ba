import { join } from "node:path";
import type { ChartSourceConfig } from "./chart/create-chart-source.ts";
import type { OperatorConfig } from "./config.ts";
import type { InstanceSettings } from "./instance/settings.ts";
import type { OperationSettings } from "./operation/settings.ts";
import type { RestoreSettings } from "./restore/settings.ts";
import { VOLUME_PATH } from "./snapshot/job/work.ts";
import type { SnapshotSettings } from "./snapshot/settings.ts";

/** Between SIGTERM and SIGKILL for Helm, milliseconds. */
export const HELM_GRACE_MS = 5_000;
/** On top of Helm's deadline and its grace, before a run counts as dead. */
const HELM_DEAD_MARGIN_MS = 10_000;
/** For fetching one chart. */
const CHART_TIMEOUT_MS = 60_000;
const DRAIN_POLL_MS = 2_000;
const START_POLL_MS = 5_000;
const PROBE_POLL_MS = 500;
/** Some tries of the operator at what looks final. */
const STALL_GRACE_MS = 60_000;
const SNAPSHOT_POLL_MS = 1_000;
const RESTORE_ATTEMPTS = 3;
/** A control plane that has to be started, or stopped, for a restore. */
const RESTORE_POWER_DEADLINE_MS = 900_000;

/** After this time, milliseconds, nothing is left of a Helm run. Pure. */
export function helmDeadMs({ helmDeadlineMs }: OperatorConfig): number {
  return helmDeadlineMs + HELM_GRACE_MS + HELM_DEAD_MARGIN_MS;
}

/** Where charts come from. Pure. */
export function chartSourceConfig(config: OperatorConfig): ChartSourceConfig {
  return {
    location: config.charts,
    plainHttp: config.chartsPlainHttp,
    access: {
      timeoutMs: CHART_TIMEOUT_MS,
      ...(config.chartsUsernameFile === undefined
        ? {}
        : { usernameFile: config.chartsUsernameFile }),
      ...(config.chartsPasswordFile === undefined
        ? {}
        : { passwordFile: config.chartsPasswordFile }),
      ...(config.chartsCaFile === undefined ? {} : { caFile: config.chartsCaFile }),
    },
    cacheDirectory: join(config.workDirectory, "charts"),
  };
}

/** What holds for all instances. Pure. */
export function instanceSettings(config: OperatorConfig): InstanceSettings {
  return {
    operatorId: config.operatorId,
    operatorNamespace: config.namespace,
    defaultChartVersion: config.defaultChartVersion,
    helmDeadMs: helmDeadMs(config),
    upgradeDeadlineMs: config.upgradeDeadlineMs,
    driftGraceMs: config.driftGraceMs,
    drainPollMs: DRAIN_POLL_MS,
    startPollMs: START_POLL_MS,
    probePollMs: PROBE_POLL_MS,
    allowedValues: config.allowedValues,
    kubeconfigReader: config.facadeServiceAccount,
  };
}

/** What holds for all snapshots and locations. Pure. */
export function snapshotSettings(config: OperatorConfig): SnapshotSettings {
  const { operatorId, namespace } = config;
  return {
    operatorId,
    operatorNamespace: namespace,
    volumePath: VOLUME_PATH,
    defaultLocation: config.defaultSnapshotLocation,
    work: {
      operatorId,
      namespace,
      image: config.snapshotImage,
      serviceAccount: config.snapshotServiceAccount,
      deadlineMs: config.snapshotDeadlineMs,
    },
    pollMs: SNAPSHOT_POLL_MS,
  };
}

/** What holds for all restores. Pure. */
export function restoreSettings(config: OperatorConfig): RestoreSettings {
  return {
    ...snapshotSettings(config),
    mostAttempts: RESTORE_ATTEMPTS,
    powerDeadlineMs: RESTORE_POWER_DEADLINE_MS,
  };
}

/** What holds for all operations. Pure. */
export function operationSettings(config: OperatorConfig): OperationSettings {
  return {
    acceptTimeoutMs: config.operationAcceptTimeoutMs,
    deadlineMs: config.operationDeadlineMs,
    stallGraceMs: STALL_GRACE_MS,
    retentionMs: config.operationRetentionMs,
  };
}
