import type { KubeClient } from "@open-vcluster/runtime";
import type { ChartSource } from "../../chart/chart-source.ts";
import type { SchemaCache } from "../../values/validate.ts";
import type { Reads } from "../../world/reads.ts";
import type { InstanceGlances } from "../glances.ts";
import { glanceChart } from "./chart.ts";
import { glanceDiagnosis } from "./diagnosis.ts";
import { glanceExternalEtcd } from "./external-etcd.ts";
import { glanceIdentity } from "./identity.ts";
import { glanceRemains } from "./remains.ts";
import { glanceDrain, glanceProbe, glanceWorkloads } from "./virtual.ts";

/** What the glances use. */
export interface GlancePorts {
  readonly client: KubeClient;
  readonly charts: ChartSource;
  readonly schemas: SchemaCache;
  readonly operatorId: string;
}

/** All glances over one source of reads. */
export function createGlances(reads: Reads, ports: GlancePorts): InstanceGlances {
  const { client } = ports;
  return {
    identity: (marks, signal) => glanceIdentity(marks, { reads, client }, signal),
    externalEtcd: (instance, at, signal) => glanceExternalEtcd(instance, at, reads, signal),
    chart: (view, signal) => glanceChart(view, ports, signal),
    probe: (view, signal) => glanceProbe(view, client, signal),
    diagnosis: (view, signal) => glanceDiagnosis(view, client, signal),
    drain: (view, signal) => glanceDrain(view, client, signal),
    workloads: (view, signal) => glanceWorkloads(view, client, signal),
    remains: (view, signal) => glanceRemains(view, ports, signal),
  };
}
