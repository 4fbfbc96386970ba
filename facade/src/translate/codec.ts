import type { FieldBounds } from "@open-vcluster/api";
import { parseQuantity } from "@open-vcluster/crds";
import { parseObjectText } from "./object-text.ts";
import { isTree, stableJson } from "./tree.ts";
import { within } from "./within.ts";

/** How one field of the contract is written in the resource. */
export interface Codec {
  /** What the resource holds for a value that is set and sound; undefined for what needs no words. */
  readonly toResource: (wire: unknown) => unknown;
  /** What the contract shows for a value of the resource; undefined for what it cannot show. */
  readonly toWire: (resource: unknown) => unknown;
  /** What is wrong with a value of the contract. */
  readonly faults: (wire: unknown) => readonly Fault[];
}

/** One thing that is wrong with a value. */
export interface Fault {
  /** Where below the field, such as `[0].image`; empty for the field itself. */
  readonly at: string;
  /** What it must be. */
  readonly must: string;
}

/** No fault if something holds, else one at the field itself. */
export function unless(holds: boolean, must: string): readonly Fault[] {
  return holds ? [] : [{ at: "", must }];
}

/** Text that is the same on both sides. */
export function text(bounds: FieldBounds, must: string): Codec {
  const fits = within(bounds);
  return {
    toResource: (wire) => wire,
    toWire: (resource) => (typeof resource === "string" ? resource : undefined),
    faults: (wire) => unless(typeof wire === "string" && fits(wire), must),
  };
}

/** A Kubernetes quantity above zero. The resource may hold it as a number too. */
export const quantity: Codec = {
  toResource: (wire) => wire,
  toWire: (resource) =>
    typeof resource === "string" || typeof resource === "number" ? String(resource) : undefined,
  faults: (wire) => {
    const amount = typeof wire === "string" ? parseQuantity(wire)?.nanos : undefined;
    const isSound = amount !== undefined && amount > 0n;
    return unless(isSound, "must be a Kubernetes quantity above zero, such as 500m or 2Gi");
  },
};

/** A whole number from a closed set or a range. */
export function count(bounds: FieldBounds, must: string): Codec {
  const fits = within(bounds);
  return {
    toResource: (wire) => wire,
    toWire: (resource) => (typeof resource === "number" ? resource : undefined),
    faults: (wire) => unless(typeof wire === "number" && fits(wire), must),
  };
}

/** A switch that is on with one value of the resource; off, the resource says nothing. */
export function toggle(on: boolean): Codec {
  return {
    toResource: (wire) => (wire === true ? on : undefined),
    toWire: (resource) => (resource === on ? true : undefined),
    faults: () => [],
  };
}

/** One of several words, spelled by each side in its own way where the resource has another word for it. */
export function choice(
  { oneOf }: Pick<Required<FieldBounds>, "oneOf">,
  renamed: Readonly<Record<string, string>> = {},
): Codec {
  const words = oneOf.map(String);
  const known = new Map(words.map((word) => [word, renamed[word] ?? word]));
  const shown = new Map(words.map((word) => [renamed[word] ?? word, word]));
  return {
    toResource: (wire) => (typeof wire === "string" ? known.get(wire) : undefined),
    toWire: (resource) => (typeof resource === "string" ? shown.get(resource) : undefined),
    faults: (wire) =>
      unless(
        typeof wire === "string" && known.has(wire),
        `must be one of ${[...known.keys()].join(", ")}`,
      ),
  };
}

/** A list of texts. */
export function texts(bounds: FieldBounds & { readonly maxEntries: number }, must: string): Codec {
  const { maxEntries } = bounds;
  const one = text(bounds, must);
  return {
    toResource: (wire) => wire,
    toWire: (resource) => (Array.isArray(resource) ? resource : undefined),
    faults: (wire) => {
      const items: readonly unknown[] = Array.isArray(wire) ? wire : [];
      if (items.length > maxEntries) {
        return unless(false, `must have at most ${maxEntries} entries`);
      }
      return items.flatMap((entry, index) =>
        one.faults(entry).map((fault) => ({ ...fault, at: `[${index}]` })),
      );
    },
  };
}

// k8s.io/apimachinery, pkg/util/validation, IsQualifiedName.
const QUALIFIED =
  /^(?:[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

/** Whether a key of a label or an annotation is one that Kubernetes takes. */
export function isQualifiedName(key: string): boolean {
  return QUALIFIED.test(key) && key.length <= (key.includes("/") ? 253 + 1 + 63 : 63);
}

/** Annotations of an object that the product makes. */
export function annotations(
  { maxEntries }: { readonly maxEntries: number },
  maxValueLength: number,
): Codec {
  return {
    toResource: (wire) => wire,
    toWire: (resource) => (isTree(resource) ? resource : undefined),
    faults: (wire) => {
      const entries = isTree(wire) ? Object.entries(wire) : [];
      const keysMust = "must have keys that Kubernetes takes, such as example.com/name";
      const valuesMust = `must have values of at most ${maxValueLength} characters`;
      const hasLong = entries.some(([, value]) => String(value).length > maxValueLength);
      return [
        ...unless(entries.length <= maxEntries, `must have at most ${maxEntries} entries`),
        ...unless(
          entries.every(([key]) => isQualifiedName(key)),
          keysMust,
        ),
        ...unless(!hasLong, valuesMust),
      ];
    },
  };
}

/** An object, which the contract carries as YAML or JSON text and shows as JSON. */
export function objectText(maxBytes: number): Codec {
  return {
    toResource: (wire) => {
      const read = parseObjectText(String(wire));
      return read.kind === "object" && Object.keys(read.value).length > 0 ? read.value : undefined;
    },
    toWire: (resource) =>
      isTree(resource) && Object.keys(resource).length > 0 ? stableJson(resource) : undefined,
    faults: (wire) => {
      const source = String(wire);
      if (Buffer.byteLength(source) > maxBytes) {
        return unless(false, `must have at most ${maxBytes} bytes`);
      }
      const read = parseObjectText(source);
      if (read.kind === "fault") return unless(false, read.must);
      return unless(Object.keys(read.value).length <= 64, "must have at most 64 keys");
    },
  };
}
