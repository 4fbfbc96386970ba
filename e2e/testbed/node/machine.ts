import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Components } from "../component.ts";
import { runCommand } from "../host/command.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Subnets } from "./subnet.ts";

/**
 * The node's own process, mount and network namespaces. Whatever runs inside (runtime, kubelet,
 * pods) ends with their first process, and so do its mounts, devices, nftables and iptables rules:
 * nothing of them ever appears on the machine itself.
 */
export interface NodeMachine {
  /** The argv that runs a program inside; spawn it with `forks`. */
  readonly wrap: (argv: readonly string[]) => readonly string[];
  /** Cgroup below which all pods run, as the kubelet names it. */
  readonly cgroupRoot: string;
}

/**
 * Values that the kubelet demands. They belong to the whole machine, so inside it sees files with
 * these values instead, and the machine keeps its own.
 * @see https://github.com/kubernetes/kubernetes/blob/v1.36.0/pkg/kubelet/cm/container_manager_linux.go
 */
const KUBELET_TUNABLES: Readonly<Record<string, string>> = {
  "vm/overcommit_memory": "1",
  "vm/panic_on_oom": "0",
  "kernel/panic": "10",
  "kernel/panic_on_oops": "1",
  "kernel/keys/root_maxkeys": "1000000",
  "kernel/keys/root_maxbytes": "25000000",
};

/** Directories in which a node writes at fixed places; inside they are the testbed's own. */
const PRIVATE_DIRECTORIES = ["/run", "/var/lib", "/var/log", "/tmp"];

/** Makes the namespaces, links them to this machine and prepares the pods' cgroup. */
export async function createMachine(
  spec: {
    readonly subnets: Subnets;
    readonly keep: readonly string[];
    readonly signal?: AbortSignal;
  },
  ledger: Ledger,
  components: Components,
): Promise<NodeMachine> {
  const root = join(ledger.directory, "node");
  mkdirSync(root, { recursive: true, mode: 0o700 });
  writeTunables(root);
  const script = join(root, "machine.sh");
  const ready = join(root, "machine.ready");
  writeFileSync(script, machineScript(root, ready, spec.keep), { mode: 0o700 });
  const init = await components.start({
    name: "machine",
    argv: [
      ...["unshare", "--fork", "--pid", "--mount", "--net", "--kill-child=SIGKILL"],
      ...["--propagation", "private", "--mount-proc", "/bin/sh", script],
    ],
    forks: true,
  });
  await components.untilReady("machine", () => Promise.resolve(existsSync(ready)), {
    timeoutMs: 20_000,
    ...(spec.signal ? { signal: spec.signal } : {}),
  });
  await link(spec.subnets, init.pid);
  const machine = machineOf(init.pid, ledger.head.mark);
  makeCgroups(machine.cgroupRoot, ledger);
  return machine;
}

/** The machine whose first process is known. */
export function machineOf(initPid: number, mark: string): NodeMachine {
  const enter = ["nsenter", "--target", String(initPid), "--mount", "--net", "--pid", "--"];
  return { cgroupRoot: `/ovc-${mark}`, wrap: (argv) => [...enter, ...argv] };
}

function writeTunables(root: string): void {
  for (const [name, value] of Object.entries(KUBELET_TUNABLES)) {
    writeFileSync(join(root, tunableFile(name)), `${value}\n`);
  }
}

function tunableFile(name: string): string {
  return `sysctl-${name.replaceAll("/", "-")}`;
}

/**
 * Runs as the first process inside. `keep` names directories that stay visible although they may
 * lie below a private one; descriptors hold on to them while the private ones are mounted over.
 */
function machineScript(root: string, ready: string, keep: readonly string[]): string {
  const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
  const held = keep.map((path, index) => ({ path: quoted(path), fd: index + 3 }));
  const covers = PRIVATE_DIRECTORIES.map((path) => {
    const own = quoted(join(root, "private", path));
    return `mkdir -p ${own} && mount --bind ${own} ${path}`;
  });
  return [
    "set -e",
    ...held.map(({ path, fd }) => `exec ${fd}<${path}`),
    ...Object.keys(KUBELET_TUNABLES).map(
      (name) => `mount --bind ${quoted(join(root, tunableFile(name)))} /proc/sys/${name}`,
    ),
    ...covers,
    "chmod 1777 /tmp",
    ...held.map(
      ({ path, fd }) =>
        `[ -d ${path} ] || { mkdir -p ${path} && mount --no-canonicalize --bind /proc/self/fd/${fd} ${path}; }`,
    ),
    ...held.map(({ fd }) => `exec ${fd}<&-`),
    // Pods with bidirectional mounts need a shared tree; shared with nothing outside.
    "mount --make-rshared /",
    "echo 1 > /proc/sys/net/ipv4/ip_forward",
    "ip link set lo up",
    `: > ${quoted(ready)}`,
    // As first process it must collect orphans; a shell does so while it waits.
    "while :; do sleep 3600; done",
    "",
  ].join("\n");
}

async function link(subnets: Subnets, initPid: number): Promise<void> {
  const { device, hostAddress, nodeAddress, podNetwork, serviceNetwork } = subnets;
  const ip = (...args: readonly string[]): Promise<string> => runCommand("ip", args);
  const inside = (...args: readonly string[]): Promise<string> =>
    runCommand("nsenter", ["--target", String(initPid), "--net", "--", "ip", ...args]);
  await ip("link", "add", device, "type", "veth", "peer", "name", "eth0", "netns", String(initPid));
  await ip("addr", "add", `${hostAddress}/30`, "dev", device);
  await ip("link", "set", device, "up");
  await inside("addr", "add", `${nodeAddress}/30`, "dev", "eth0");
  await inside("link", "set", "eth0", "up");
  await inside("route", "add", "default", "via", hostAddress);
  // Pods and services are reachable from this machine, as if it were one of the nodes.
  for (const network of [podNetwork, serviceNetwork.replace(/\.1$/, ".0")]) {
    await ip("route", "add", `${network}/16`, "via", nodeAddress, "dev", device);
  }
}

/** One cgroup in each hierarchy of the machine (one hierarchy only with cgroup v2). */
function makeCgroups(cgroupRoot: string, ledger: Ledger): void {
  for (const mountPoint of cgroupMounts()) {
    const path = join(mountPoint, cgroupRoot);
    ledger.record({ kind: "cgroup", path });
    mkdirSync(path, { recursive: true });
  }
}

function cgroupMounts(): readonly string[] {
  return readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" "))
    .filter(([, , type]) => type === "cgroup" || type === "cgroup2")
    .map(([, path = ""]) => path);
}
