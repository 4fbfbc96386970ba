import { boundsAt } from "@open-vcluster/api";
import { type Codec, type Fault, objectText, unless } from "./codec.ts";
import { isTree, type Tree } from "./tree.ts";
import { within } from "./within.ts";

const { maxEntries: MAX_PLUGINS } = boundsAt("VClusterSpec.plugins", "maxEntries");
/** Of all plugins together: reading YAML takes long, and nothing else is done meanwhile. */
const MAX_CONFIG_BYTES = 64 * 1024;
const isName = within(boundsAt("PluginConfig.name"));
const isImage = within(boundsAt("PluginConfig.image"));
const isTag = within(boundsAt("PluginConfig.version"));
const config = objectText(MAX_CONFIG_BYTES);

/** The plugins. The contract parts an image from its tag; an image with a digest stays whole. */
export const plugins: Codec = {
  toResource: (wire) => treesOf(wire).map(resourcePlugin),
  toWire: (resource) => treesOf(resource).map(wirePlugin),
  faults: (wire) => {
    const list = treesOf(wire);
    if (list.length > MAX_PLUGINS) return unless(false, `must have at most ${MAX_PLUGINS} entries`);
    const bytes = list.reduce((sum, each) => sum + Buffer.byteLength(textOf(each, "config")), 0);
    if (bytes > MAX_CONFIG_BYTES) {
      return unless(
        false,
        `must have at most ${MAX_CONFIG_BYTES} bytes in all their config together`,
      );
    }
    const names = list.map((plugin) => textOf(plugin, "name"));
    return list.flatMap((plugin, index) => [
      ...faultsOf(plugin, `[${index}]`),
      ...at(
        `[${index}].name`,
        unless(names.indexOf(names[index] ?? "") === index, "must be unique"),
      ),
    ]);
  },
};

function resourcePlugin(plugin: Tree): Tree {
  const image = textOf(plugin, "image");
  const version = textOf(plugin, "version");
  const settings = config.toResource(textOf(plugin, "config"));
  return {
    name: textOf(plugin, "name"),
    image: version === "" ? image : `${image}:${version}`,
    ...(settings === undefined ? {} : { config: settings }),
    enabled: plugin["enabled"] === true,
  };
}

function wirePlugin(plugin: Tree): Tree {
  const [image, version] = withoutTag(textOf(plugin, "image"));
  return {
    name: textOf(plugin, "name"),
    version,
    config: config.toWire(plugin["config"]) ?? "",
    enabled: plugin["enabled"] !== false,
    image,
  };
}

function faultsOf(plugin: Tree, where: string): readonly Fault[] {
  const image = textOf(plugin, "image");
  const version = textOf(plugin, "version");
  const [, tag] = withoutTag(image);
  const isNamedTwice = version !== "" && (tag !== "" || image.includes("@"));
  return [
    ...at(
      `${where}.name`,
      unless(
        isName(textOf(plugin, "name")),
        "must be a DNS label of at most 40 lower case letters, digits and '-'",
      ),
    ),
    ...at(
      `${where}.image`,
      unless(
        isImage(image) && image.length + version.length < 512,
        "must be an image such as ghcr.io/example/plugin, at most 511 characters with its version",
      ),
    ),
    ...at(
      `${where}.version`,
      unless(version === "" || isTag(version), "must be a tag such as 1.2.3"),
    ),
    ...at(
      `${where}.version`,
      unless(!isNamedTwice, "must be empty, because the image names its version already"),
    ),
    ...at(`${where}.config`, config.faults(textOf(plugin, "config"))),
  ];
}

/** Parts `host:5000/name:tag` into `host:5000/name` and `tag`; the tag is empty if there is none. */
function withoutTag(image: string): readonly [image: string, tag: string] {
  const colon = image.lastIndexOf(":");
  const hasTag = colon > image.lastIndexOf("/") && !image.includes("@");
  return hasTag ? [image.slice(0, colon), image.slice(colon + 1)] : [image, ""];
}

function at(where: string, faults: readonly Fault[]): readonly Fault[] {
  return faults.map((fault) => ({ ...fault, at: where }));
}

function treesOf(list: unknown): readonly Tree[] {
  return Array.isArray(list) ? list.filter(isTree) : [];
}

function textOf(tree: Tree, key: string): string {
  const value = tree[key];
  return typeof value === "string" ? value : "";
}
