import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse, stringify } from "yaml";
import type { Photo } from "./album.ts";
import type { Opinion } from "./health-tool.ts";

const COLLECTION = join(
  import.meta.dirname,
  "../../../deploy/gitops/argocd/resource_customizations/openvcluster.io",
);
const TESTS = "health_test.yaml";

/** One entry of a health_test.yaml of Argo CD's collection. */
interface HealthTest {
  readonly healthStatus: Opinion;
  readonly inputPath: string;
}

/** An object of the collection, and the health that its script must give it. */
export interface CollectedTest {
  /** `KIND/testdata/FILE.yaml`. */
  readonly path: string;
  readonly object: Photo;
  readonly expected: Opinion;
}

/** A test for the collection that is about to be written. */
export interface Taken {
  /** Such as `healthy_running`. */
  readonly name: string;
  readonly photo: Photo;
  readonly opinion: Opinion;
}

/** All tests of some kinds in the collection. */
export function collectedTests(kinds: readonly string[]): readonly CollectedTest[] {
  return globSync(`*/${TESTS}`, { cwd: COLLECTION })
    .toSorted()
    .filter((file) => kinds.includes(dirname(file)))
    .flatMap((file) => {
      const { tests } = read(file) as { readonly tests: readonly HealthTest[] };
      return tests.map(({ healthStatus, inputPath }) => {
        const path = join(dirname(file), inputPath);
        return { path, object: read(path) as Photo, expected: healthStatus };
      });
    });
}

/** Replaces the tests of one kind. */
export function collect(kind: string, taken: readonly Taken[]): void {
  const folder = join(COLLECTION, kind);
  rmSync(join(folder, "testdata"), { recursive: true, force: true });
  mkdirSync(join(folder, "testdata"), { recursive: true });
  const tests = taken.map(({ name, photo, opinion }): HealthTest => {
    const inputPath = `testdata/${name}.yaml`;
    writeFileSync(join(folder, inputPath), stringify(withoutRun(photo), { lineWidth: 0 }));
    return { healthStatus: opinion, inputPath };
  });
  writeFileSync(join(folder, TESTS), stringify({ tests }, { lineWidth: 0 }));
}

/** Without what the API server numbers, which says nothing of the object. */
function withoutRun(photo: Photo): object {
  const {
    managedFields: _,
    uid: _uid,
    resourceVersion: _version,
    ...metadata
  } = photo.metadata as Photo["metadata"] & { readonly managedFields?: unknown };
  return { ...photo, metadata };
}

function read(path: string): unknown {
  return parse(readFileSync(join(COLLECTION, path), "utf8"));
}
