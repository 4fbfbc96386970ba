/** Every program that the testbed can run. */
export const BINARY_NAMES = [
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
] as const;

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
export const VERSIONS = {
  kubernetes: "v1.36.0",
  etcd: "3.6.8",
  vcluster: "0.36.1",
  olderVcluster: "0.35.2",
  helm: "v3.21.4",
  containerd: "v2.1.4",
  coredns: "1.14.2",
  kine: "v0.16.4",
} as const;

const STRIP = "-s -w";
const CLUSTER_STAMPS = [
  STRIP,
  `-X k8s.io/component-base/version.gitVersion=${VERSIONS.kubernetes}`,
  "-X k8s.io/component-base/version.gitMajor=1",
  "-X k8s.io/component-base/version.gitMinor=36",
  "-X k8s.io/component-base/version.gitTreeState=clean",
  `-X github.com/loft-sh/vcluster/pkg/telemetry.SyncerVersion=${VERSIONS.vcluster}`,
  `-X helm.sh/helm/v3/internal/version.version=${VERSIONS.helm}`,
].join(" ");

const cluster = (name: string, packages: BuildGroup["packages"]): BuildGroup => ({
  name,
  module: "cluster",
  packages,
  ldflags: CLUSTER_STAMPS,
});

/** In build order: what most tests wait for comes first. */
export const BUILD_GROUPS: readonly BuildGroup[] = [
  cluster("control-plane", {
    "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
    "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
    etcd: "go.etcd.io/etcd/server/v3",
    etcdctl: "go.etcd.io/etcd/etcdctl/v3",
  }),
  cluster("clients", {
    helm: "helm.sh/helm/v3/cmd/helm",
    kubectl: "k8s.io/kubernetes/cmd/kubectl",
  }),
  cluster("vcluster", { vcluster: "github.com/loft-sh/vcluster/cmd/vcluster" }),
  cluster("node", {
    "kube-scheduler": "k8s.io/kubernetes/cmd/kube-scheduler",
    kubelet: "k8s.io/kubernetes/cmd/kubelet",
    "kube-proxy": "k8s.io/kubernetes/cmd/kube-proxy",
    etcdutl: "go.etcd.io/etcd/etcdutl/v3",
  }),
  {
    name: "containerd",
    module: "containerd",
    packages: {
      containerd: "github.com/containerd/containerd/v2/cmd/containerd",
      "containerd-shim-runc-v2": "github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2",
      ctr: "github.com/containerd/containerd/v2/cmd/ctr",
    },
    tags: "no_btrfs no_devmapper no_zfs",
    ldflags: `${STRIP} -X github.com/containerd/containerd/v2/version.Version=${VERSIONS.containerd}`,
  },
  cluster("coredns", { coredns: "github.com/coredns/coredns" }),
  {
    name: "kine",
    module: "kine",
    packages: { kine: "github.com/k3s-io/kine" },
    tags: "netgo osusergo",
    // Its sqlite driver is C; linked statically it runs in an image without a libc.
    cgo: true,
    ldflags: `${STRIP} -extldflags -static -X github.com/k3s-io/kine/pkg/version.Version=${VERSIONS.kine}`,
  },
  {
    name: "minio",
    module: "minio",
    packages: { minio: "github.com/minio/minio" },
    ldflags: `${STRIP} -X github.com/minio/minio/cmd.Version=2025-09-07T16:13:09Z -X github.com/minio/minio/cmd.ReleaseTag=RELEASE.2025-09-07T16-13-09Z`,
  },
  {
    name: "vcluster-0.35",
    module: "vcluster-0.35",
    packages: { "vcluster-0.35": "github.com/loft-sh/vcluster/cmd/vcluster" },
    ldflags: `${STRIP} -X github.com/loft-sh/vcluster/pkg/telemetry.SyncerVersion=${VERSIONS.olderVcluster}`,
  },
];

/** How to ask a program for its version, and what the answer must contain. */
export interface VersionCheck {
  readonly args: readonly string[];
  readonly expected: RegExp;
}

const kubernetes: VersionCheck = { args: ["--version"], expected: /Kubernetes v1\.36\.0\b/ };

/** Programs that are not listed have no version to ask for, so only our own build is trusted. */
export const VERSION_CHECKS: Readonly<Partial<Record<BinaryName, VersionCheck>>> = {
  "kube-apiserver": kubernetes,
  "kube-controller-manager": kubernetes,
  "kube-scheduler": kubernetes,
  kubelet: kubernetes,
  "kube-proxy": kubernetes,
  kubectl: { args: ["version", "--client"], expected: /Client Version: v1\.36\.0\b/ },
  etcd: { args: ["--version"], expected: /etcd Version: 3\.6\.8\b/ },
  etcdctl: { args: ["version"], expected: /etcdctl version: 3\.6\.8\b/ },
  etcdutl: { args: ["version"], expected: /etcdutl version: 3\.6\.8\b/ },
  helm: { args: ["version", "--short"], expected: /^v3\.21\.4\b/ },
  vcluster: { args: ["version"], expected: /^0\.36\.1\b/ },
  "vcluster-0.35": { args: ["version"], expected: /^0\.35\.2\b/ },
  containerd: { args: ["--version"], expected: /v2\.1\.4\b/ },
  "containerd-shim-runc-v2": { args: ["-v"], expected: /v2\.1\.4\b/ },
  ctr: { args: ["--version"], expected: /v2\.1\.4\b/ },
  coredns: { args: ["-version"], expected: /CoreDNS-1\.14\.2\b/ },
  kine: { args: ["--version"], expected: /v0\.16\.4\b/ },
  minio: { args: ["--version"], expected: /2025-09-07T16-13-09Z/ },
};

/** The groups that hold these programs, in build order. */
export function groupsFor(names: readonly BinaryName[]): readonly BuildGroup[] {
  return BUILD_GROUPS.filter((group) => names.some((name) => group.packages[name] !== undefined));
}
