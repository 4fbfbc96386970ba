import type { VClusterInstance } from "@open-vcluster/crds";
import type { ReleaseRevision } from "../helm/releases.ts";
import type { IdentityDecision } from "../pki/escrow.ts";
import type { Located, ObjectMark } from "../world/reads.ts";
import type { Desire } from "./desire.ts";
import type {
  ChartSeen,
  DiagnosisSeen,
  DrainSeen,
  ExternalEtcdSeen,
  HostSeen,
  ProbeSeen,
  RemainsSeen,
  WorkloadsSeen,
} from "./seen.ts";

/** What is known when a glance is asked for. */
export interface GlanceView {
  readonly host: HostSeen;
  readonly at: Located;
  readonly desire: Desire;
  readonly nowMs: number;
}

/** Metadata from which the identity is judged. */
export interface IdentityMarks {
  readonly at: Located;
  readonly certs: ObjectMark | undefined;
  readonly escrow: ObjectMark | undefined;
  readonly releases: readonly ReleaseRevision[];
}

/**
 * Looks that cost something and are taken only when the rest of the observation calls for them: each answers at once
 * with its neutral value in steady state.
 */
export interface InstanceGlances {
  identity(marks: IdentityMarks, signal: AbortSignal): Promise<IdentityDecision>;
  externalEtcd(
    instance: VClusterInstance,
    at: Located,
    signal: AbortSignal,
  ): Promise<ExternalEtcdSeen>;
  chart(view: GlanceView, signal: AbortSignal): Promise<ChartSeen>;
  probe(view: GlanceView, signal: AbortSignal): Promise<ProbeSeen>;
  diagnosis(view: GlanceView, signal: AbortSignal): Promise<DiagnosisSeen | undefined>;
  drain(view: GlanceView, signal: AbortSignal): Promise<DrainSeen>;
  workloads(view: GlanceView, signal: AbortSignal): Promise<WorkloadsSeen>;
  remains(view: GlanceView, signal: AbortSignal): Promise<RemainsSeen | undefined>;
}
