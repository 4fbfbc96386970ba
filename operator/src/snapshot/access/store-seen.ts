import type { StoreEndpoint } from "../worker/task.ts";

/** How the store of an instance can be reached. */
export type StoreSeen =
  | {
      readonly kind: "ready";
      readonly endpoint: StoreEndpoint;
      /** Whether the way was opened for this, and has to be closed. */
      readonly isOpened: boolean;
    }
  /** It will be, without anybody doing anything. */
  | {
      readonly kind: "waiting";
      readonly why: string;
      /** As for `ready`. */
      readonly isOpened: boolean;
      /** Since when all members of its etcd are started, of which too few are ready to answer anybody, RFC 3339. */
      readonly silentSince?: string;
    }
  /** The way to it has to be opened first. */
  | {
      readonly kind: "closed";
      /** As for `ready`: what was opened is of no use any more. */
      readonly isOpened: boolean;
    }
  | {
      readonly kind: "unsupported";
      readonly why: string;
      /** As for `ready`. */
      readonly isOpened: boolean;
    };

/** Whether a way was opened that has to be closed. Pure. */
export function isOpenedStore(store: StoreSeen | undefined): boolean {
  return store?.isOpened === true;
}
