import type { ProcessIdentity } from "../host/process.ts";

/** Something on the machine that must be undone. Written before it is made. */
export type LedgerEntry =
  | { readonly kind: "process"; readonly component: string; readonly process: ProcessIdentity }
  | { readonly kind: "directory"; readonly path: string }
  | { readonly kind: "cgroup"; readonly path: string }
  | { readonly kind: "device"; readonly name: string }
  | { readonly kind: "nftTable"; readonly family: "ip" | "inet"; readonly name: string }
  | { readonly kind: "ports"; readonly ports: readonly number[] };

/** First line of a ledger. `owner` is null for a testbed that stays until `down`. */
export interface LedgerHead {
  readonly name: string;
  readonly level: "controlPlane" | "node";
  readonly owner: ProcessIdentity | null;
  /** Value of {@link PROCESS_MARK} in the environment of every process of this testbed. */
  readonly mark: string;
}
