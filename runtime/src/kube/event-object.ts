import { createHash } from "node:crypto";
import type { HasMetadata, KubeObject, ResourceType } from "./object.ts";
import { microTimeText } from "./time-text.ts";

/** events.k8s.io/v1 Event. */
export const eventType: ResourceType = {
  group: "events.k8s.io",
  version: "v1",
  plural: "events",
  kind: "Event",
  namespaced: true,
};

/** The object that an event is about. */
export interface EventSubject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
  readonly uid?: string | undefined;
}

/** Something that users should see on an object. */
export interface EventNote {
  readonly regarding: EventSubject;
  readonly type: "Normal" | "Warning";
  /** UpperCamelCase. */
  readonly reason: string;
  /** What the controller did or tried, UpperCamelCase. */
  readonly action: string;
  /** A sentence; cut at 1024 bytes. */
  readonly note: string;
  /** Names what happened, once for all who tell of it; absent: the moment of the telling does. */
  readonly occasion?: string | undefined;
}

/** Who reports. */
export interface EventReporter {
  /** Qualified name of the controller. */
  readonly controller: string;
  /** Name of this process. */
  readonly instance: string;
}

/** The API server refuses notes of more bytes (pkg/apis/core/validation/events.go). */
const maxNoteBytes = 1024;

/** Tells notes apart: equal ones are one series. Pure. */
export function noteKey(note: EventNote): string {
  const { apiVersion, kind, namespace, name, uid } = note.regarding;
  return JSON.stringify([
    ...[apiVersion, kind, namespace, name, uid],
    ...[note.type, note.reason, note.action, note.note],
  ]);
}

/** A new event; its name is the subject's with a part made of the occasion, or of the note and the time. Pure. */
export function eventObject(note: EventNote, reporter: EventReporter, nowMs: number): KubeObject {
  const { regarding } = note;
  const { kind, uid } = regarding;
  const origin =
    note.occasion === undefined
      ? `${noteKey(note)}\n${nowMs}`
      : JSON.stringify([reporter.controller, kind, uid, note.reason, note.occasion]);
  const digest = createHash("sha256").update(origin).digest("hex");
  return {
    metadata: {
      name: `${regarding.name.slice(0, 236)}.${digest.slice(0, 16)}`,
      // Events of cluster-scoped objects live in the default namespace, as client-go puts them.
      namespace: regarding.namespace ?? "default",
    },
    eventTime: microTimeText(nowMs),
    reportingController: reporter.controller,
    reportingInstance: reporter.instance.slice(0, 128),
    type: note.type,
    reason: note.reason.slice(0, 128),
    action: note.action.slice(0, 128),
    note: bounded(note.note),
    regarding: { ...regarding },
  };
}

/** The merge patch that makes an event a series of `count`. Pure. */
export function seriesPatch(count: number, nowMs: number): Pick<KubeObject, "series"> {
  return { series: { count, lastObservedTime: microTimeText(nowMs) } };
}

/** Where an event is. Pure. */
export function eventKey(event: HasMetadata): {
  readonly namespace: string;
  readonly name: string;
} {
  return { namespace: event.metadata.namespace ?? "default", name: event.metadata.name };
}

function bounded(note: string): string {
  if (Buffer.byteLength(note) <= maxNoteBytes) return note;
  const room = Buffer.alloc(maxNoteBytes - Buffer.byteLength("…"));
  return `${room.toString("utf8", 0, room.write(note))}…`;
}
