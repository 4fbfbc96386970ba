export * from "./conditions.ts";
export * from "./duration.ts";
export type * from "./gen/vcluster-instance.ts";
export * from "./group.ts";
export * from "./keys.ts";
export * from "./names.ts";
export * from "./phase.ts";
export * from "./quantity.ts";
export * from "./transitions.ts";
