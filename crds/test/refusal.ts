/** A new object that a rule of the schema refuses. */
export interface RefusedCreate {
  /** Place of the rule, as in `spec.plugins[].name`; the root is empty. */
  readonly at: string;
  readonly message: string;
  readonly name?: string;
  readonly spec: object;
}

/** A change that a rule of the schema refuses. */
export interface RefusedUpdate {
  readonly at: string;
  readonly message: string;
  readonly before: object;
  readonly after: object;
}
