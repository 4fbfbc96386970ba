import { REASONS } from "../src/conditions.ts";
import { EVENTS } from "../src/events.ts";
import { isTrouble } from "../src/trouble.ts";
import { code, table } from "./markdown.ts";
import { page } from "./sections.ts";

/** The reference of the events on instances as Markdown, from the constants. */
export function eventsPage(): string {
  const effects = Object.entries(EVENTS).map(([reason, { type, meaning }]) => [
    code(reason),
    type,
    meaning,
  ]);
  const turns = Object.entries(REASONS).map(([reason, { meaning }]) => [
    code(reason),
    isTrouble(reason) ? "Warning" : "Normal",
    meaning,
  ]);
  return page(
    "Events",
    "What happened to an instance, told by the operator: `kubectl events --for vci/NAME`. They are `events.k8s.io/v1`, reported by `openvcluster.io/operator`, and go with the API server's retention, an hour by default. Repeats become one series; an instance has at most 25 at once and one more every five minutes. None holds a secret.",
    "## What was done",
    "`action` is the name of the effect, as in the operator's log.",
    table(["reason", "type", "meaning"], effects),
    "## How the instance is",
    "The reason of the condition `Ready` when it changes, with its message; when work ended well, with how long it took. With action `Stall`: nothing is tried any more until somebody acts. What to do is with the [reasons](conditions.md#reasons).",
    table(["reason", "type", "meaning"], turns),
  );
}
