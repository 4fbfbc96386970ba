import {
  Failure,
  type HasMetadata,
  type KubeClient,
  type ResourceType,
} from "@open-vcluster/runtime";
import { FIELD_MANAGER } from "./field-manager.ts";

/** Creates an object unless one of its name is there, which stays as it is. Returns what was made, if it was. */
export async function createOnce<T extends HasMetadata>(
  type: ResourceType,
  object: T,
  client: KubeClient,
  signal: AbortSignal,
): Promise<T | undefined> {
  try {
    return await client.create(type, object, { fieldManager: FIELD_MANAGER, signal });
  } catch (thrown) {
    if (thrown instanceof Failure && thrown.kind === "alreadyExists") return undefined;
    throw thrown;
  }
}
