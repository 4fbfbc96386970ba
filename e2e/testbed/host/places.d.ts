/** Where the testbed keeps things; nothing here depends on the checkout. */
export interface Places {
  /** Binaries, charts and images, shared by all testbeds and kept by `down`. */
  readonly cacheRoot: string;
  /** One directory for each testbed: ledger, PKI, data, logs. */
  readonly testbedsRoot: string;
}
/** By the XDG base directory rules. */
export declare function placesOf(env: NodeJS.ProcessEnv): Places;
//# sourceMappingURL=places.d.ts.map
