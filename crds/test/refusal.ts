/** A new object that a rule of the schema refuses. */
export interface RefusedCreate {
  /** Place of the rule, as in `spec.plugins[].name`; the root is empty. */
  readonly at: string;
  readonly message: string;
  readonly name?: string;
  readonly spec: object;
}

/** A new object at the edge of a rule. */
export type AcceptedCreate = Pick<RefusedCreate, "name" | "spec">;

/** A change that a rule of the schema refuses. */
export interface RefusedUpdate {
  readonly at: string;
  readonly message: string;
  readonly before: object;
  readonly after: object;
  /** What `before` and `after` are; `spec` when absent. */
  readonly of?: "spec" | "status";
}

/** A change that looks like a refused one and is allowed. */
export type AcceptedUpdate = Pick<RefusedUpdate, "before" | "after" | "of">;
