import type { ProcessIdentity } from "../host/process.ts";

/** Something on the machine that must be undone. Written before it is made. */
export type LedgerEntry =
  | { readonly kind: "process"; readonly component: string; readonly process: ProcessIdentity }
  | { readonly kind: "cgroup"; readonly path: string }
  | { readonly kind: "device"; readonly name: string }
  | { readonly kind: "ports"; readonly ports: readonly number[] }
  /** From here on the testbed stays although the process that started it ends. */
  | { readonly kind: "kept" };

/** First line of a ledger. */
export interface LedgerHead {
  readonly name: string;
  readonly level: "controlPlane" | "node";
  /** The process that started it; unless kept, the testbed is stale when that one is gone. */
  readonly owner: ProcessIdentity;
  /** Value of {@link PROCESS_MARK} in the environment of every process of this testbed. */
  readonly mark: string;
}
