import type { Program } from "../src/harness/program.ts";
import { collectGarbage } from "./collect-garbage.ts";

/** After the garbage is gone, pages go back to the kernel within some seconds. */
const REST_MS = 5_000;

/** Environment of a program that {@link settle} can be used on. */
export const INSPECTED: Readonly<Record<string, string>> = {
  NODE_OPTIONS: "--inspect=127.0.0.1:0",
};

/** Waits until a program holds what it needs and no more. */
export async function settle(program: Program): Promise<void> {
  await rest();
  await collectGarbage(program.log());
  await rest();
  await collectGarbage(program.log());
  await rest();
}

function rest(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, REST_MS));
}
