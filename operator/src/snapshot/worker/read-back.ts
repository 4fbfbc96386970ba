import { type Finding, type Repository, SnapshotError, verifySnapshot } from "../engine/index.ts";
import { accessOf } from "./open-repository.ts";
import type { RepositoryPlace, TaskSubject, VerifiedLevel } from "./task.ts";
import type { TaskRun } from "./task-run.ts";

/** A snapshot, and how much of it is looked at. */
export interface ReadBack {
  readonly place: RepositoryPlace;
  readonly subject: TaskSubject;
  readonly snapId: string;
  readonly level: VerifiedLevel;
}

/** Reads a snapshot back. Rejects with a SnapshotError that names what was found first, and how much more there is. */
export async function readBack(
  { store }: Pick<Repository, "store">,
  { place, subject: { uid }, snapId, level }: ReadBack,
  { tell, signal }: TaskRun,
): Promise<void> {
  const { findings } = await verifySnapshot(
    store,
    { uid, snapId },
    {
      level,
      signal,
      ...accessOf(place.kek),
      progress: (keys, total) => {
        tell({ stage: "Verifying", keys, bytes: 0, total });
      },
    },
  );
  const [first, ...rest] = findings;
  if (first !== undefined) throw errorOf(first, rest.length);
}

function errorOf(finding: Finding, more: number): SnapshotError {
  const { problem, objectKey } = finding;
  const others = more === 0 ? "" : `, and ${more} more objects are not as they must be`;
  return new SnapshotError(problem, objectKey, `${findingText(finding)}${others}`);
}

/** What is wrong with an object and what that means, without its name. Pure. */
export function findingText({ objectKey, what, meaning }: Finding): string {
  const prefix = `${objectKey}: `;
  const told = what.startsWith(prefix) ? what.slice(prefix.length) : what;
  return `${told}. ${meaning}`;
}
