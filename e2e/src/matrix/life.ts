import type { Message } from "@bufbuild/protobuf";
import { ConnectError } from "@connectrpc/connect";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  type SnapshotVClusterResponse,
  VClusterService,
  type WaitOperationResponse,
} from "@open-vcluster/api";
import { LIFE, type Refusal, type Row, type Subject, WAIT } from "./rows.ts";
import type { Ask, Talk } from "./talk.ts";

/** What came of a call: its first message, or what its error says. */
export type Outcome = Message | (Refusal & { readonly message: string });

/** A minute each, for a machine that does much else. */
const MAX_WAITS = 10;

/** Runs every row's good call, each after the operation of the one before has ended. By name of the method. */
export async function live(
  talk: Talk,
  at: Pick<Subject, "namespace" | "name">,
  token: string,
): Promise<ReadonlyMap<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  let subject: Subject = { ...at, operationId: "", snapshotId: "" };
  const make = async (row: Row): Promise<void> => {
    const { method, rest } = row;
    const outcome = await outcomeOf(talk, { method, rest, token, request: row.good(subject) });
    outcomes.set(row.name, outcome);
    if (row.method === VClusterService.method.snapshotVCluster) {
      const { snapshot } = outcome as Partial<SnapshotVClusterResponse>;
      subject = { ...subject, snapshotId: snapshot?.id ?? "" };
    }
    if (!("operationId" in outcome) || typeof outcome.operationId !== "string") return;
    subject = { ...subject, operationId: outcome.operationId };
    if (row.isEndless !== true) await finish();
  };
  const finish = async (): Promise<void> => {
    for (let round = 0; round < MAX_WAITS; round += 1) {
      await make(WAIT);
      const waited = outcomes.get(WAIT.name) as Partial<WaitOperationResponse>;
      if (waited.operation?.done !== false) return;
    }
  };
  for (const row of LIFE) await make(row);
  return outcomes;
}

/** Makes a call and gives it up at its first message. */
export function outcomeOf(talk: Talk, ask: Ask): Promise<Outcome> {
  return made(talk, ask, () => true);
}

/** Makes a call and reads it to its end; the outcome of a stream without error is its last message. */
export function endOf(talk: Talk, ask: Ask): Promise<Outcome> {
  return made(talk, ask, () => false);
}

async function made(
  talk: Talk,
  ask: Ask,
  isEnough: (message: Message) => boolean,
): Promise<Outcome> {
  // A client that only stops reading leaves a stream open.
  const enough = new AbortController();
  const signal = AbortSignal.any([
    enough.signal,
    ...(ask.signal === undefined ? [] : [ask.signal]),
  ]);
  let last: Message | undefined;
  try {
    for await (const message of talk({ ...ask, signal })) {
      last = message;
      if (isEnough(message)) break;
    }
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    return saidBy(error);
  } finally {
    enough.abort();
  }
  if (last === undefined) throw new Error(`${ask.method.name} ended without a message`);
  return last;
}

function saidBy(error: ConnectError): Outcome {
  const { code, rawMessage: message } = error;
  const reason = error.findDetails(ErrorInfoSchema)[0]?.reason ?? "";
  const violations = error.findDetails(BadRequestSchema)[0]?.fieldViolations;
  const fields = violations?.map(({ field }) => field);
  return { code, reason, message, ...(fields === undefined ? {} : { fields }) };
}
