import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Bundle } from "./bundle.ts";
import type { LayerEntry } from "./oci/layer.ts";
import { sharedLibrariesOf } from "./shared-libraries.ts";

/** Files that programs read from a package while they run, by package. */
const ASSETS = {
  "@open-vcluster/api": ["openapi.json"],
  "swagger-ui-dist": ["swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png"],
} as const;

const CA_BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
];

const PASSWD = `root:x:0:0:root:/root:/sbin/nologin
nonroot:x:65532:65532:nonroot:/tmp:/sbin/nologin
`;
const GROUP = `root:x:0:
nonroot:x:65532:
`;

/** Node, Helm and what they need of a system. */
export function baseLayer({
  root,
  helm,
}: {
  readonly root: string;
  readonly helm: string;
}): readonly LayerEntry[] {
  const node = join(root, "node_modules", "node", "bin", "node");
  return [
    program("nodejs/bin/node", node),
    program("usr/local/bin/helm", helm),
    ...sharedLibrariesOf(node).map(({ path, file }) => program(path.slice(1), file)),
    file("etc/ssl/certs/ca-certificates.crt", caBundle()),
    text("etc/passwd", PASSWD),
    text("etc/group", GROUP),
    text("etc/nsswitch.conf", "hosts: files dns\n"),
    { kind: "directory", path: "tmp", mode: 0o1777 },
  ];
}

/** The product itself. */
export function appLayer(root: string, { files }: Bundle): readonly LayerEntry[] {
  const { name, version, license } = JSON.parse(
    readFileSync(join(root, "package.json"), "utf8"),
  ) as Readonly<Record<string, string>>;
  const identity = { name, version, license, type: "module" };
  return [
    ...files.map((each) => text(`app/${each.path}`, each.text)),
    text("app/package.json", `${JSON.stringify(identity, undefined, 2)}\n`),
    ...assets(root),
  ];
}

/** In the places where Node looks for packages, so that programs find them as they do in the repository. */
function assets(root: string): readonly LayerEntry[] {
  const facade = createRequire(join(root, "facade", "package.json"));
  return Object.entries(ASSETS).flatMap(([name, files]) =>
    files.map((each) =>
      file(`app/node_modules/${name}/${each}`, facade.resolve(`${name}/${each}`)),
    ),
  );
}

function caBundle(): string {
  const found = CA_BUNDLES.find((path) => existsSync(path));
  if (found === undefined) {
    throw new Error("This machine has no CA bundle: install the package ca-certificates");
  }
  return found;
}

function program(path: string, source: string): LayerEntry {
  return { kind: "file", path, mode: 0o755, source };
}

function file(path: string, source: string): LayerEntry {
  return { kind: "file", path, mode: 0o644, source };
}

function text(path: string, content: string): LayerEntry {
  return { kind: "text", path, mode: 0o644, text: content };
}
