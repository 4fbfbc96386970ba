import type { BinaryName } from "./binaries/catalog.ts";
import type { Minio } from "./cluster/minio.ts";
import type { Components } from "./component.ts";
import type { Progress } from "./progress.ts";

/** How much of a Kubernetes a test needs. */
export type Level = "controlPlane" | "node";

/** What to start; everything but the level has a default. */
export interface TestbedOptions {
  readonly level: Level;
  /** Unique on this machine for this user; lower-case letters, digits, dashes. Default: random. */
  readonly name?: string;
  /**
   * `process` (the default): the next start of any testbed removes this one when the calling
   * process is gone. `nobody`: it stays until somebody stops it.
   */
  readonly owner?: "process" | "nobody";
  /** An S3 server beside the control plane. The node level always has one. */
  readonly minio?: boolean;
  /** etcd syncs to disk as in production. For benchmarks. */
  readonly durable?: boolean;
  readonly apiServerArgs?: readonly string[];
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
}

/** Facts about a running testbed; plain data, also on disk for other processes. */
export interface TestbedInfo {
  readonly name: string;
  readonly level: Level;
  readonly directory: string;
  /** URL of the API server. */
  readonly server: string;
  /** Address of this machine on which the control plane listens; never loopback with a node. */
  readonly address: string;
  /** File with cluster-admin credentials, mode 0600. */
  readonly kubeconfigPath: string;
  /** The same as text. */
  readonly adminKubeconfig: string;
  /** The testbed's own etcd, for tests of an external store. */
  readonly etcd: {
    readonly endpoint: string;
    readonly caFile: string;
    readonly certFile: string;
    readonly keyFile: string;
  };
  readonly minio?: Minio;
  /** Paths of real programs. */
  readonly binaries: Readonly<Partial<Record<BinaryName, string>>> & {
    readonly helm: string;
    readonly kubectl: string;
    readonly etcdctl: string;
  };
  readonly node?: NodeInfo;
  /** Folder of packaged vcluster charts, `vcluster-VERSION.tgz`. */
  readonly chartsDirectory: string;
}

/** Facts about the node of a testbed. */
interface NodeInfo {
  readonly name: string;
  readonly address: string;
  /** A /16; pods are reachable from this machine. */
  readonly podNetwork: string;
  /** First address of a /16; Services are reachable from this machine. */
  readonly serviceNetwork: string;
  readonly clusterDns: string;
}

/** A running testbed and what can be done to it. */
export interface Testbed extends TestbedInfo, Components {
  /**
   * Makes the image in an OCI tar available to pods.
   * @param tarPath - below the testbed's directory or the cache: the node sees nothing else of this machine
   * @throws TestbedError `NoNode` at the control-plane level
   */
  loadImage(tarPath: string): Promise<void>;
  /** Removes everything. */
  stop(): Promise<void>;
}
