/** Field manager of everything that the operator writes but statuses. */
export const FIELD_MANAGER = "open-vcluster-operator";
