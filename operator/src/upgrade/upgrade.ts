import type { Reason } from "@open-vcluster/crds";
import semver from "semver";
import { findChartLine, minorOf, supportedChartLines } from "../values/chart-versions.ts";

/** What cannot change freely while an instance lives. Store types are those of `spec.backingStore.type`. */
export interface ReleaseIdentity {
  /** Chart version, such as "0.36.1". */
  readonly chartVersion: string;
  /** Kubernetes version, such as "v1.36.0". */
  readonly kubernetesVersion: string;
  /** Backing store. */
  readonly storeType: string;
  /** Members of the deployed etcd; 0 for any other store. */
  readonly etcdMembers: number;
}

/** One reason why a release may not become another one. */
export interface UpgradeRefusal {
  /** Condition reason, UpperCamelCase. */
  readonly reason: Reason;
  /** Field of the instance that asks for it. */
  readonly field: string;
  /** What is wrong and the way out. */
  readonly message: string;
}

/**
 * Compares the release that runs with the one that is wanted.
 *
 * @param running - what the newest deployed release was made from
 * @param desired - what the spec asks for, defaults filled in from the running release
 * @returns every refusal; empty when the change may go ahead
 */
export function checkUpgrade(
  running: ReleaseIdentity,
  desired: ReleaseIdentity,
): readonly UpgradeRefusal[] {
  const refusals = [
    checkChart(running.chartVersion, desired.chartVersion),
    checkKubernetes(running.kubernetesVersion, desired),
    checkStore(running, desired),
    checkMembers(running, desired),
  ];
  return refusals.filter((refusal) => refusal !== undefined);
}

function checkChart(running: string, desired: string): UpgradeRefusal | undefined {
  const field = "spec.chart.version";
  if (isDowngrade(running, desired)) {
    const message = `Chart ${running} runs and cannot become ${desired}: vcluster does not support downgrades. Set ${field} to ${running} or later, or restore a snapshot into a new instance.`;
    return { reason: "DowngradeRefused", field, message };
  }
  if (!skipsMinor(running, desired)) return undefined;
  const next = nextChart(running);
  const message = `Chart ${running} cannot become ${desired} in one step: only one minor version at a time. Set ${field} to ${next} first, and to ${desired} when that is Ready.`;
  return { reason: "VersionSkipsMinor", field, message };
}

function checkKubernetes(running: string, desired: ReleaseIdentity): UpgradeRefusal | undefined {
  const field = "spec.kubernetesVersion";
  const wanted = desired.kubernetesVersion;
  if (isDowngrade(running, wanted)) {
    const message = `Kubernetes ${running} runs and cannot become ${wanted}: an API server does not read what a newer one stored. Set ${field} to ${running} or later, or restore a snapshot into a new instance.`;
    return { reason: "DowngradeRefused", field, message };
  }
  if (!skipsMinor(running, wanted)) return undefined;
  const next = nextKubernetes(running, desired.chartVersion);
  const message = `Kubernetes ${running} cannot become ${wanted} in one step: only one minor version at a time. Set ${field} to ${next} first, and to ${wanted} when that is Ready.`;
  return { reason: "VersionSkipsMinor", field, message };
}

function checkStore(
  running: ReleaseIdentity,
  desired: ReleaseIdentity,
): UpgradeRefusal | undefined {
  if (running.storeType === desired.storeType) return undefined;
  const field = "spec.backingStore.type";
  const message = `The store is ${running.storeType} and cannot become ${desired.storeType}: the chart would start an empty cluster. Set ${field} back to ${running.storeType}, or snapshot this instance and restore it into a new one with the other store.`;
  return { reason: "StoreChanged", field, message };
}

function checkMembers(
  running: ReleaseIdentity,
  desired: ReleaseIdentity,
): UpgradeRefusal | undefined {
  if (running.storeType !== desired.storeType) return undefined;
  if (running.etcdMembers === desired.etcdMembers) return undefined;
  const field = "spec.backingStore.etcd.replicas";
  const message = `etcd has ${running.etcdMembers} member(s) and cannot have ${desired.etcdMembers}: another member list splits a running etcd. Set ${field} back to ${running.etcdMembers}, or snapshot this instance and restore it into a new one.`;
  return { reason: "StoreChanged", field, message };
}

function isDowngrade(running: string, desired: string): boolean {
  return parses(running, desired) && semver.lt(desired, running);
}

function skipsMinor(running: string, desired: string): boolean {
  if (!parses(running, desired)) return false;
  if (semver.major(running) !== semver.major(desired)) return true;
  return semver.minor(desired) - semver.minor(running) > 1;
}

function parses(...versions: readonly string[]): boolean {
  return versions.every((version) => semver.parse(version) !== null);
}

function nextMinorOf(version: string): string {
  return minorOf(semver.inc(semver.coerce(version) ?? version, "minor") ?? version) ?? version;
}

function nextChart(running: string): string {
  const line = findChartLine(`${nextMinorOf(running)}.0`);
  return line?.tested ?? supportedChartLines()[0]?.tested ?? running;
}

function nextKubernetes(running: string, chartVersion: string): string {
  const minor = nextMinorOf(running);
  return findChartLine(chartVersion)?.kubernetes[minor] ?? `v${minor}.0`;
}
