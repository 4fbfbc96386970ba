import { createHash } from "node:crypto";
import { join } from "node:path";

/** Where `make up` keeps what belongs to one checkout. */
export interface Checkout {
  readonly root: string;
  /** Name of this checkout's testbed: two checkouts never share one. */
  readonly testbedName: string;
  /** Everything below is removed by `make down`. */
  readonly localDirectory: string;
  readonly lockFile: string;
  /** Cluster-admin credentials of the host cluster, mode 0600. */
  readonly kubeconfig: string;
  /** Script that runs kubectl against the host cluster. */
  readonly kubectl: string;
  /** URL and token of the API, mode 0600. */
  readonly facadeAccess: string;
  /** Authority of the API's certificate, PEM. */
  readonly facadeAuthority: string;
}

/** A program that `make up` runs on this machine. */
export type ProgramName = "forward";

/** The files of one running program. Pure. */
export function programFiles(
  { localDirectory }: Checkout,
  name: ProgramName,
): {
  readonly log: string;
  /** Which process runs, and from what. */
  readonly state: string;
} {
  return {
    log: join(localDirectory, `${name}.log`),
    state: join(localDirectory, "process", `${name}.json`),
  };
}

/** The places of the checkout that contains these scripts. */
export function checkoutOf(root: string): Checkout {
  const localDirectory = join(root, ".local");
  const below = (...names: readonly string[]): string => join(localDirectory, ...names);
  return {
    root,
    testbedName: `up-${createHash("sha256").update(root).digest("hex").slice(0, 8)}`,
    localDirectory,
    // Beside the directory: `make down` removes the directory while it holds the lock.
    lockFile: join(root, "node_modules", ".cache", "open-vcluster-up.lock"),
    kubeconfig: below("kubeconfig"),
    kubectl: below("bin", "kubectl"),
    facadeAccess: below("facade.json"),
    facadeAuthority: below("facade-ca.crt"),
  };
}
