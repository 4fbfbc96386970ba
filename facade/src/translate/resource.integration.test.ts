import { create } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { BadRequestSchema, UpdateVClusterRequestSchema } from "@open-vcluster/api";
import { VCLUSTER_INSTANCE, type VClusterInstance } from "@open-vcluster/crds";
import type { Failure } from "@open-vcluster/runtime";
import fc from "fast-check";
import { openPlace, type Place } from "../testing/place.ts";
import { changesBetween } from "./changes.ts";
import { instanceFrom } from "./create.ts";
import { toConnectError } from "./error.ts";
import { SPEC_LEAVES } from "./leaf.ts";
import { toMessage } from "./message.ts";
import { creation } from "./testing/requests.ts";
import { acceptableSpecs, normalForm } from "./testing/specs.ts";
import { updated } from "./update.ts";

const RUNS = 40;
let place: Place;

beforeAll(async () => {
  place = await openPlace(process.env);
});

afterAll(async () => {
  await place.close();
});

/** What the API server would store. */
async function stored(instance: VClusterInstance): Promise<VClusterInstance> {
  const { client, tenant: namespace } = place;
  const { metadata } = instance;
  const object = { ...instance, metadata: { ...metadata, namespace } };
  return client.create<VClusterInstance>(VCLUSTER_INSTANCE, object, { dryRun: true });
}

describe("a resource made from a message", () => {
  it("is taken by the API server and still says the same", async () => {
    await fc.assert(
      fc.asyncProperty(acceptableSpecs, async (spec) => {
        const made = instanceFrom(creation(spec), "ann");
        const kept = await stored(made);
        expect(toMessage(kept).spec).toEqual(normalForm(spec));
        expect(changesBetween(made, kept).map(({ path }) => path)).toEqual(["namespace"]);
      }),
      { numRuns: RUNS },
    );
  });

  it("is taken after any update that is not refused", async () => {
    const paths = fc.subarray(SPEC_LEAVES.map(({ path }) => `spec.${path}`));
    const { client, tenant: namespace } = place;
    let count = 0;
    await fc.assert(
      fc.asyncProperty(acceptableSpecs, acceptableSpecs, paths, async (before, wanted, mask) => {
        count += 1;
        const parts = { name: `updated-${count}`, namespace };
        const made = instanceFrom(creation(before, parts), "ann");
        const current = await client.create<VClusterInstance>(VCLUSTER_INSTANCE, made);
        const request = create(UpdateVClusterRequestSchema, {
          name: current.metadata.name,
          namespace,
          spec: wanted,
          updateMask: { paths: mask },
        });
        const after = attempt(() => updated(current, request));
        if (after === undefined) return;
        const kept = await client.replace<VClusterInstance>(VCLUSTER_INSTANCE, after, {
          dryRun: true,
        });
        expect(changesBetween(after, kept)).toEqual([]);
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  });

  it("that the API server refuses names fields of the contract", async () => {
    const made = instanceFrom(creation({}), "ann");
    const refused = { ...made, spec: { controlPlane: { replicas: 4 }, storage: { size: "no" } } };
    const failure = await stored(refused).then(
      () => undefined,
      (thrown: unknown) => thrown as Failure,
    );
    const [details] =
      failure === undefined ? [] : toConnectError(failure).findDetails(BadRequestSchema);
    const fields = details?.fieldViolations.map(({ field }) => field);
    expect(fields).toEqual(
      expect.arrayContaining(["spec.replicas", "spec.storage.persistence_size"]),
    );
  });
});

function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
