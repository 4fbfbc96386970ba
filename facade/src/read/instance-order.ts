import type { VClusterInstance } from "@open-vcluster/crds";
import { refusedField } from "../translate/refuse.ts";
import type { Order } from "./page.ts";

const KEYS: Readonly<Record<string, (instance: VClusterInstance) => string>> = {
  name: ({ metadata }) => metadata.name,
  namespace: ({ metadata }) => metadata.namespace ?? "",
  create_time: ({ metadata }) => metadata.creationTimestamp ?? "",
};

/** Reads `order_by`: a key, with `-` before it or ` desc` behind it for the other direction. Empty: name. Pure. */
export function instanceOrder(text: string): Order<VClusterInstance> {
  const asked = text.trim() === "" ? "name" : text.trim();
  const [, minus, key, word] = /^(-?)([a-z_]+)(?: +(asc|desc))?$/.exec(asked) ?? [];
  const keyOf = key === undefined || !Object.hasOwn(KEYS, key) ? undefined : KEYS[key];
  if (keyOf === undefined || (minus === "-" && word !== undefined)) {
    throw refusedField(
      "order_by",
      `must be one of ${Object.keys(KEYS).join(", ")}, with - before it for the other direction`,
    );
  }
  return {
    isDescending: minus === "-" || word === "desc",
    cursorOf: (instance) => ({
      key: keyOf(instance),
      namespace: instance.metadata.namespace ?? "",
      name: instance.metadata.name,
    }),
  };
}
