import type { Principal } from "../identity/principal.ts";

/** What is asked about a resource of the group `openvcluster.io`. */
export interface PermissionAttributes {
  readonly verb: "create" | "get" | "list" | "watch" | "update" | "delete";
  /** Absent: `vclusterinstances`. */
  readonly resource?: "vclustersnapshots";
  /** Absent: in all namespaces. */
  readonly namespace?: string;
  /** Absent: any name. */
  readonly name?: string;
  readonly subresource?:
    | "suspend"
    | "resume"
    | "scale"
    | "snapshot"
    | "restore"
    | "owner"
    | "kubeconfig";
}

/**
 * What callers may do, as RBAC of the host cluster says. Answers may be some seconds old. Every method throws
 * `unavailable` or `timeout` when the API server cannot be asked.
 */
export interface Permissions {
  /** Whether the principal may do it. */
  check(principal: Principal, attributes: PermissionAttributes): Promise<boolean>;
  /** Throws `denied` with reason `PermissionDenied`, and the permission that is missing, unless the principal may do it. */
  require(principal: Principal, attributes: PermissionAttributes): Promise<void>;
  /**
   * In which of the candidate namespaces the principal may do it; `all` when it may in all namespaces. The namespace
   * of `attributes` is not looked at.
   */
  namespacesWhere(
    principal: Principal,
    attributes: PermissionAttributes,
    candidates: Iterable<string>,
  ): Promise<ReadonlySet<string> | "all">;
}
