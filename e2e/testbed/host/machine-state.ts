import { existsSync, readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { tryCommand } from "./command.ts";
import { PROCESS_MARK } from "./process.ts";

/** What a testbed could leave behind on a Linux machine; two of them are compared line by line. */
export interface MachineState {
  readonly mounts: readonly string[];
  readonly links: readonly string[];
  readonly routes: readonly string[];
  readonly nftables: readonly string[];
  readonly cgroups: readonly string[];
  readonly networkNamespaces: readonly string[];
  readonly sysctls: readonly string[];
  readonly directories: readonly string[];
}

/** Values that programs of a node would change if they ran outside of its namespaces. */
const SYSCTLS = [
  "net/ipv4/ip_forward",
  "net/netfilter/nf_conntrack_max",
  "vm/overcommit_memory",
  "vm/panic_on_oom",
  "kernel/panic",
  "kernel/panic_on_oops",
  "kernel/keys/root_maxkeys",
];

/** Places where a container runtime, a kubelet or a CNI plugin writes by default. */
const DIRECTORIES = [
  "/etc/cni",
  "/opt/cni",
  "/run/containerd",
  "/run/netns",
  "/run/xtables.lock",
  "/tmp/hostpath_pv",
  "/var/lib/cni",
  "/var/lib/containerd",
  "/var/lib/kubelet",
  "/var/log/containers",
  "/var/log/pods",
];

/**
 * Looks at the machine now.
 * @param known - devices and marks of testbeds that may come and go meanwhile; nothing of theirs
 * is in the answer
 */
export async function machineState(known: {
  readonly devices: readonly string[];
  readonly marks: readonly string[];
}): Promise<MachineState> {
  const names = new Set([...known.devices, ...known.marks.map((mark) => `ovc-${mark}`)]);
  const unknown = (line: string): boolean =>
    !line.split(/[\s/@:]+/).some((word) => names.has(word));
  const lines = async (file: string, ...args: readonly string[]): Promise<readonly string[]> =>
    (await tryCommand(file, args)).stdout.split("\n").filter(Boolean).filter(unknown).sort();
  const [links, routes, nftables] = await Promise.all([
    lines("ip", "-o", "link"),
    lines("ip", "route", "show", "table", "all"),
    lines("nft", "list", "ruleset"),
  ]);
  return {
    mounts: readFileSync("/proc/self/mounts", "utf8").split("\n").sort(),
    links,
    routes,
    nftables,
    cgroups: cgroups("/sys/fs/cgroup", 2).filter(unknown),
    networkNamespaces: networkNamespaces(known.marks),
    sysctls: SYSCTLS.map((name) => `${name} = ${sysctl(name)}`),
    directories: DIRECTORIES.filter((path) => existsSync(path)),
  };
}

function sysctl(name: string): string {
  try {
    return readFileSync(join("/proc/sys", name), "utf8").trim();
  } catch {
    return "absent";
  }
}

function cgroups(path: string, depth: number): readonly string[] {
  if (depth === 0) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => {
      const child = join(path, entry.name);
      return [child, ...cgroups(child, depth - 1)];
    })
    .sort();
}

/** Of processes that are not inside some container or node: those have a pid namespace too. */
function networkNamespaces(marks: readonly string[]): readonly string[] {
  const ownPids = readlinkSync("/proc/self/ns/pid");
  const seen = new Set<string>();
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      if (readlinkSync(`/proc/${pid}/ns/pid`) !== ownPids) continue;
      const environment = readFileSync(`/proc/${pid}/environ`, "latin1").split("\0");
      if (marks.some((mark) => environment.includes(`${PROCESS_MARK}=${mark}`))) continue;
      seen.add(readlinkSync(`/proc/${pid}/ns/net`));
    } catch {
      // The process has ended since the directory was read.
    }
  }
  return [...seen].sort();
}
