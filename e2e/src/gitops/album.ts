import { isDeepStrictEqual } from "node:util";
import type { Api, Mark, WatchEvent } from "../harness/api.ts";
import { waitFor } from "../harness/wait.ts";

/** Any object of ours, as the API server gives it. */
export interface Photo {
  readonly kind: string;
  readonly metadata: Mark["metadata"] & {
    readonly generation?: number;
    readonly deletionTimestamp?: string;
  };
  readonly spec: object;
  readonly status?: {
    readonly phase?: string;
    readonly observedGeneration?: number;
    readonly conditions?: readonly {
      readonly type: string;
      readonly reason: string;
      readonly observedGeneration?: number;
    }[];
  };
}

/** Every state that objects of a kind went through. */
export interface Album {
  /** States of one object, oldest first. */
  of(name: string): readonly Photo[];
  all(): readonly Photo[];
  close(): void;
}

/** Watches a collection from now on; what is there already comes first. */
export async function keepAlbum(api: Api, collection: string): Promise<Album> {
  const photos: Photo[] = [];
  const keep = ({ type, object }: WatchEvent): void => {
    if (type !== "ADDED" && type !== "MODIFIED") return;
    const photo = object as Photo;
    const last = photos.findLast(({ metadata }) => metadata.uid === photo.metadata.uid);
    if (!isDeepStrictEqual(last, photo)) photos.push(photo);
  };
  // The API server refuses to watch a kind that it has only just learnt.
  const close = await waitFor("the kind can be watched", () =>
    api.watch(`${collection}?watch=true`, keep),
  );
  return {
    of: (name) => photos.filter(({ metadata }) => metadata.name === name),
    all: () => photos,
    close,
  };
}
