import type { Message } from "@bufbuild/protobuf";
import fc from "fast-check";
import { DOORS, type Door } from "../matrix/door.ts";
import { LIFE, WAIT } from "../matrix/rows.ts";
import type { ApiMethod } from "../matrix/talk.ts";
import { messageOf } from "./message.ts";

/** A valid message, as any client may send it. */
export interface RandomCall {
  readonly door: Door;
  readonly method: ApiMethod;
  readonly rest: string;
  readonly request: Message;
}

/** Any message to any method over any protocol; half of them about a namespace that the caller may write. */
export function randomCall(home: string): fc.Arbitrary<RandomCall> {
  return fc
    .tuple(fc.constantFrom(...DOORS), fc.constantFrom(...LIFE, WAIT), fc.boolean())
    .chain(([door, { method, rest }, isHome]) =>
      messageOf(method.input).map((message) => ({
        door,
        method,
        rest,
        request: isHome ? { ...message, namespace: home } : message,
      })),
    );
}
