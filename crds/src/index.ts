export * from "./conditions.ts";
export type * from "./gen/vcluster-instance.ts";
export * from "./group.ts";
export * from "./keys.ts";
export * from "./names.ts";
