/** Every program that the testbed can run. */
export declare const BINARY_NAMES: readonly [
  "kube-apiserver",
  "kube-controller-manager",
  "etcd",
  "etcdctl",
  "helm",
  "kubectl",
  "vcluster",
  "kube-scheduler",
  "kubelet",
  "kube-proxy",
  "etcdutl",
  "containerd",
  "containerd-shim-runc-v2",
  "ctr",
  "coredns",
  "kine",
  "minio",
  "vcluster-0.35",
];
/** Name of a program; also its file name in the cache. */
export type BinaryName = (typeof BINARY_NAMES)[number];
/** A set of programs from one Go module that are built by one `go build`. */
export interface BuildGroup {
  readonly name: string;
  /** Folder below `e2e/testbed/go/`. */
  readonly module: string;
  /** Go package of each program. */
  readonly packages: Readonly<Partial<Record<BinaryName, string>>>;
  readonly tags?: string;
  /** `-X` stamps and other linker flags; without a stamp Kubernetes says v0.0.0-master. */
  readonly ldflags: string;
  readonly cgo?: true;
}
/** Versions that the catalogue pins; they repeat what the go.mod files require. */
export declare const VERSIONS: {
  readonly kubernetes: "v1.36.0";
  readonly etcd: "3.6.8";
  readonly vcluster: "0.36.1";
  readonly olderVcluster: "0.35.2";
  readonly helm: "v3.21.4";
  readonly containerd: "v2.1.4";
  readonly coredns: "1.14.2";
  readonly kine: "v0.16.4";
};
/** In build order: what most tests wait for comes first. */
export declare const BUILD_GROUPS: readonly BuildGroup[];
/** How to ask a program for its version, and what the answer must contain. */
export interface VersionCheck {
  readonly args: readonly string[];
  readonly expected: RegExp;
}
/** Programs that are not listed have no version to ask for, so only our own build is trusted. */
export declare const VERSION_CHECKS: Readonly<Partial<Record<BinaryName, VersionCheck>>>;
/** The groups that hold these programs, in build order. */
export declare function groupsFor(names: readonly BinaryName[]): readonly BuildGroup[];
//# sourceMappingURL=catalog.d.ts.map
