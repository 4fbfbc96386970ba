import type { SnapshotReason, VClusterInstanceSpec } from "@open-vcluster/crds";

/** What a snapshot says of the instance that it was taken of. */
export type OriginSeen =
  | { readonly kind: "notNeeded" }
  | {
      readonly kind: "known";
      readonly spec: VClusterInstanceSpec;
      readonly labels: Readonly<Record<string, string>>;
      /** Entries of its Secret of certificates, if the snapshot holds them. */
      readonly certificates: Readonly<Record<string, string>> | undefined;
      /** Whether certificates lie where a new instance of this name finds them. */
      readonly hasIdentity: boolean;
    }
  | {
      readonly kind: "unknown";
      readonly reason: SnapshotReason;
      readonly message: string;
      /** Whether it may be known later. */
      readonly retry: boolean;
    };
