import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { describe, expect, it } from "@jest/globals";
import {
  CreateVClusterRequestSchema,
  UpdateVClusterRequestSchema,
  type VCluster,
  type VClusterSpec,
  VClusterSpecSchema,
} from "@open-vcluster/api";
import fc from "fast-check";
import { changesBetween } from "./changes.ts";
import { instanceFrom } from "./create.ts";
import { leavesOf, SPEC_LEAVES } from "./leaf.ts";
import { toMessage } from "./message.ts";
import { acceptableSpecs, normalForm } from "./testing/specs.ts";
import { updated } from "./update.ts";

function created(spec: VClusterSpec) {
  return instanceFrom(create(CreateVClusterRequestSchema, { name: "shop", spec }), "ann");
}

describe("message → resource → message", () => {
  it("is the normal form of what was asked for", () => {
    fc.assert(
      fc.property(acceptableSpecs, (spec) => {
        expect(toMessage(created(spec)).spec).toEqual(normalForm(spec));
      }),
    );
  });

  it("keeps what it shows when it is sent back", () => {
    fc.assert(
      fc.property(acceptableSpecs, (spec) => {
        const first = created(spec);
        const shown = toMessage(first).spec ?? create(VClusterSpecSchema);
        const again = created(fromBinary(VClusterSpecSchema, toBinary(VClusterSpecSchema, shown)));
        expect(toMessage(again).spec).toEqual(shown);
        const request = create(UpdateVClusterRequestSchema, {
          name: "shop",
          spec: shown,
          updateMask: { paths: ["*"] },
        });
        expect(changesBetween(first, updated(first, request))).toEqual([]);
      }),
    );
  });
});

describe("update", () => {
  const paths = fc.subarray(
    SPEC_LEAVES.map(({ path }) => `spec.${path}`),
    { maxLength: 12 },
  );

  it("changes nothing outside its mask", () => {
    fc.assert(
      fc.property(acceptableSpecs, acceptableSpecs, paths, (before, wanted, mask) => {
        const current = created(before);
        const request = create(UpdateVClusterRequestSchema, {
          name: "shop",
          spec: wanted,
          updateMask: { paths: mask.length === 0 ? ["labels"] : mask },
        });
        const after = attempt(() => updated(current, request));
        fc.pre(after !== undefined);
        const outside = (shown: VCluster): unknown =>
          [...leavesOf(shown.spec)].filter(([path]) => !isTouched(path, mask));
        expect(outside(toMessage(after))).toEqual(outside(toMessage(current)));
      }),
    );
  });
});

/** Fields that the mask names, or that follow from one that it names. */
function isTouched(path: string, mask: readonly string[]): boolean {
  const follows: Readonly<Record<string, readonly string[]>> = {
    replicas: ["enable_ha"],
    enable_ha: ["replicas"],
    "ingress.tls.issuer_kind": ["ingress.tls.issuer_name", "ingress.tls.use_cert_manager"],
    "ingress.tls.issuer_name": ["ingress.tls.use_cert_manager"],
  };
  const switches = ["ingress.enabled", "ingress.tls.enabled"].filter(
    (name) => path !== name && path.startsWith(name.replace(/enabled$/, "")),
  );
  return [path, ...switches, ...(follows[path] ?? [])].some((name) =>
    mask.includes(`spec.${name}`),
  );
}

function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
