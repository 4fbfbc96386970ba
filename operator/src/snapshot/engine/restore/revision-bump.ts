/** More writes than a store takes between a snapshot and its loss, where nobody knows how many there were. */
const MARGIN = 1_000_000;

/**
 * The revision that a new store has to start behind, so that nobody who knew the old one is misled (mode R2). Pure.
 *
 * A client that goes on watching from a revision which the new store has not reached yet would miss changes in silence.
 * One that asks for a revision which the new store has already compacted is told so (410), and reads everything again.
 *
 * @param snapshotRevision - at which the snapshot was taken
 * @param liveRevision - the last known one of the store that is replaced, if it could be asked
 */
export function bumpedRevision(snapshotRevision: number, liveRevision = 0): number {
  return Math.max(snapshotRevision, liveRevision) + MARGIN;
}
