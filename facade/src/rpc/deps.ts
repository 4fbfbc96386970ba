import type { Clock, KubeClient } from "@open-vcluster/runtime";
import type { OpenVirtual } from "../kubeconfig/virtual-access.ts";
import type { Permissions } from "../permission/permissions.ts";
import type { Stores } from "../read/objects.ts";
import type { PageTokens } from "../read/page-token.ts";
import type { WatchHub } from "../watch/hub.ts";
import type { Operations } from "../write/operations.ts";
import type { Writes } from "../write/writes.ts";

/** What the services stand on. */
export interface ServiceDeps extends Stores {
  readonly permissions: Permissions;
  readonly operations: Operations;
  readonly writes: Writes;
  readonly pageTokens: PageTokens;
  readonly hub: WatchHub;
  readonly openVirtual: OpenVirtual;
  /** The API of the host cluster. */
  readonly host: KubeClient;
  readonly clock: Clock;
  /** Base URL of this API as callers know it; absent: as their requests name it. */
  readonly publicUrl: string | undefined;
}
