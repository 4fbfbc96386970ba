import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Components } from "../component.ts";
import { runCommand, tryCommand } from "../host/command.ts";
import { PAUSE_IMAGE } from "../images/catalog.ts";
import type { NodeMachine } from "./machine.ts";

/** Where the runtime listens, inside the node's namespaces. */
export const RUNTIME_SOCKET = "/run/containerd/containerd.sock";

/** What the runtime needs to know. */
export interface RuntimeSpec {
  readonly directory: string;
  readonly binaries: { readonly containerd: string; readonly ctr: string };
  readonly cniDirectory: string;
  /** Network of the pods, a /16 such as `10.128.0.0`. */
  readonly podNetwork: string;
  readonly signal?: AbortSignal;
}

/** Starts containerd with its CNI configuration and waits until it answers. */
export async function startRuntime(
  spec: RuntimeSpec,
  machine: NodeMachine,
  components: Components,
): Promise<void> {
  const root = join(spec.directory, "node");
  const cniConfig = join(root, "cni");
  mkdirSync(cniConfig, { recursive: true });
  writeFileSync(join(cniConfig, "10-testbed.conflist"), cniConflist(spec.podNetwork));
  const config = join(root, "containerd.toml");
  writeFileSync(config, containerdToml(join(root, "containerd"), spec.cniDirectory, cniConfig));
  await components.start({
    name: "containerd",
    argv: machine.wrap([spec.binaries.containerd, "--config", config, "--log-level", "info"]),
    // containerd finds its shim beside itself.
    env: {
      PATH: `${dirname(spec.binaries.containerd)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
    },
    forks: true,
  });
  const [ctr = "", ...args] = machine.wrap([
    spec.binaries.ctr,
    ...["--address", RUNTIME_SOCKET, "version"],
  ]);
  await components.untilReady("containerd", async () => (await tryCommand(ctr, args)).code === 0, {
    timeoutMs: 60_000,
    ...(spec.signal ? { signal: spec.signal } : {}),
  });
}

/** Argv that imports an image tar into the node, to run on this machine. */
function importArgs(ctr: string, machine: NodeMachine, tar: string): readonly string[] {
  return machine.wrap([
    ctr,
    ...["--address", RUNTIME_SOCKET, "--namespace", "k8s.io", "images", "import", "--local", tar],
  ]);
}

/** Makes the images of these tar files available to pods. */
export async function importImages(
  ctr: string,
  machine: NodeMachine,
  tars: readonly string[],
): Promise<void> {
  for (const tar of tars) {
    const [file = "", ...args] = importArgs(ctr, machine, tar);
    await runCommand(file, args);
  }
}

function containerdToml(root: string, cniBin: string, cniConfig: string): string {
  const quote = (text: string): string => JSON.stringify(text);
  return `version = 3
root = ${quote(root)}
state = "/run/containerd"

[grpc]
  address = ${quote(RUNTIME_SOCKET)}

[plugins.'io.containerd.cri.v1.images']
  snapshotter = "overlayfs"
  [plugins.'io.containerd.cri.v1.images'.pinned_images]
    sandbox = ${quote(PAUSE_IMAGE)}

[plugins.'io.containerd.cri.v1.runtime']
  # Without CAP_SYS_RESOURCE no process may lower its score, and every sandbox would fail to start.
  restrict_oom_score_adj = true
  [plugins.'io.containerd.cri.v1.runtime'.containerd]
    default_runtime_name = "runc"
    [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
        SystemdCgroup = false
  [plugins.'io.containerd.cri.v1.runtime'.cni]
    bin_dirs = [${quote(cniBin)}]
    conf_dir = ${quote(cniConfig)}
`;
}

/**
 * A routed link for each pod. A bridge would let replies between two pods of this node bypass
 * connection tracking, so that Services break where bridged traffic is not filtered.
 */
function cniConflist(podNetwork: string): string {
  return JSON.stringify({
    cniVersion: "0.4.0",
    name: "testbed",
    plugins: [
      {
        type: "ptp",
        ipMasq: false,
        ipam: {
          type: "host-local",
          ranges: [[{ subnet: `${podNetwork}/16` }]],
          routes: [{ dst: "0.0.0.0/0" }],
        },
      },
      { type: "portmap", capabilities: { portMappings: true } },
    ],
  });
}
