import { parseDuration } from "@open-vcluster/crds";

/** Milliseconds of a duration field; undefined when it is absent. The schema has checked its form. Pure. */
export function durationMsOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDuration(text);
}
