import { existsSync } from "node:fs";
import type { ImageSpec, LayerEntry } from "@open-vcluster/image/oci";
import type { BinaryName } from "../binaries/catalog.ts";
import { runCommand } from "../host/command.ts";

/** References that other files name. */
export const PAUSE_IMAGE = "registry.k8s.io/pause:3.10";
export const COREDNS_IMAGE = "docker.io/coredns/coredns:1.14.2";

const CA_BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
];

/**
 * All images that a node has from its start, under the names by which the charts, vcluster and the
 * kubelet ask for them.
 * @param pause - path of the pause program
 */
export async function imageCatalog(
  binaries: Readonly<Record<BinaryName, string>>,
  pause: string,
  busybox: string,
): Promise<readonly ImageSpec[]> {
  const program = (path: string, source: string): LayerEntry => ({
    kind: "file",
    path,
    mode: 0o755,
    source,
  });
  const applets = await runCommand(busybox, ["--list"]);
  const syncer = (version: string, source: string): ImageSpec => ({
    reference: `ghcr.io/loft-sh/vcluster-oss:${version}`,
    entrypoint: ["/vcluster", "start"],
    layers: [
      [
        program("vcluster", source),
        { kind: "directory", path: "tmp", mode: 0o1777 },
        { kind: "directory", path: "data", mode: 0o755 },
        ...certificates(),
      ],
    ],
  });
  return [
    {
      reference: PAUSE_IMAGE,
      entrypoint: ["/pause"],
      user: "65535:65535",
      layers: [[program("pause", pause)]],
    },
    {
      reference: COREDNS_IMAGE,
      entrypoint: ["/coredns"],
      layers: [[program("coredns", binaries.coredns), ...certificates()]],
    },
    {
      reference: "docker.io/library/busybox:1.36",
      entrypoint: [],
      layers: [
        [
          program("bin/busybox", busybox),
          ...applets
            .split("\n")
            .filter((applet) => applet !== "" && applet !== "busybox")
            .map(
              (applet): LayerEntry => ({
                kind: "hardlink",
                path: `bin/${applet}`,
                target: "bin/busybox",
              }),
            ),
          { kind: "directory", path: "tmp", mode: 0o1777 },
        ],
      ],
    },
    syncer("0.36.1", binaries.vcluster),
    syncer("0.35.2", binaries["vcluster-0.35"]),
    {
      reference: "ghcr.io/loft-sh/kubernetes:v1.36.0",
      layers: [
        [
          program("kubernetes/kube-apiserver", binaries["kube-apiserver"]),
          program("kubernetes/kube-controller-manager", binaries["kube-controller-manager"]),
          program("kubernetes/kine", binaries.kine),
          program("bin/busybox", busybox),
          { kind: "symlink", path: "bin/cp", target: "busybox" },
          { kind: "symlink", path: "bin/sh", target: "busybox" },
        ],
      ],
    },
    {
      reference: "registry.k8s.io/etcd:3.6.8-0",
      layers: [
        [
          program("usr/local/bin/etcd", binaries.etcd),
          program("usr/local/bin/etcdctl", binaries.etcdctl),
          program("usr/local/bin/etcdutl", binaries.etcdutl),
          { kind: "directory", path: "tmp", mode: 0o1777 },
        ],
      ],
    },
  ];
}

/** The machine's own authorities, so that a program in an image can call public endpoints. */
function certificates(): readonly LayerEntry[] {
  const source = CA_BUNDLES.find((path) => existsSync(path));
  return source === undefined
    ? []
    : [{ kind: "file", path: "etc/ssl/certs/ca-certificates.crt", mode: 0o644, source }];
}
