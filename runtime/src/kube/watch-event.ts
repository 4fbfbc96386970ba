import { Failure } from "../failure.ts";
import { type CallName, failureOfStatus } from "./errors.ts";
import type { KubeObject } from "./object.ts";

/** One event of a watch; a bookmark moves the resource version and nothing else. */
export type WatchEvent =
  | {
      readonly type: "ADDED" | "MODIFIED" | "DELETED";
      readonly object: KubeObject;
      readonly resourceVersion: string;
    }
  | { readonly type: "BOOKMARK"; readonly resourceVersion: string };

/**
 * Reads one line of a watch. Throws what an ERROR event says, and `corrupt` WatchMalformed for anything
 * that is no event of the watch API. Pure.
 */
export function parseWatchEvent(call: CallName, line: string, nowMs: number): WatchEvent {
  const { type, object } = parsed(line);
  if (type === "ERROR") throw failureOfStatus(call, object, nowMs);
  const resourceVersion = textOf(object?.metadata?.resourceVersion);
  switch (type) {
    case "BOOKMARK":
      return { type, resourceVersion };
    case "ADDED":
    case "MODIFIED":
    case "DELETED":
      textOf(object?.metadata?.name);
      return { type, object: object as KubeObject, resourceVersion };
    default:
      throw malformed();
  }
}

function textOf(value: unknown): string {
  if (typeof value !== "string" || value === "") throw malformed();
  return value;
}

interface RawEvent {
  readonly type?: unknown;
  readonly object?: {
    readonly metadata?: { readonly name?: unknown; readonly resourceVersion?: unknown } | null;
  } | null;
}

function parsed(line: string): RawEvent {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null) return value;
  } catch (cause) {
    throw malformed(cause);
  }
  throw malformed();
}

function malformed(cause?: unknown): Failure {
  return new Failure("corrupt", "WatchMalformed", "A line of the watch is not an event", { cause });
}
