import { createServer } from "node:net";
import { TestbedError } from "../failure.ts";

/** Below the range that kernels hand out for outgoing connections, so nobody takes one by chance. */
const FIRST_PORT = 20_000;
const LAST_PORT = 31_999;

/**
 * The next ports that are free on every address of this machine, none of them in `taken`.
 * @param start - where to begin in the range, any integer; a random one keeps testbeds apart
 */
export async function freePorts(
  count: number,
  taken: ReadonlySet<number>,
  start: number,
): Promise<readonly number[]> {
  const size = LAST_PORT - FIRST_PORT + 1;
  const found: number[] = [];
  for (let step = 0; step < size && found.length < count; step++) {
    const port = FIRST_PORT + ((start + step) % size);
    if (!taken.has(port) && (await isFree(port))) found.push(port);
  }
  if (found.length === count) return found;
  throw new TestbedError(
    "NoFreePort",
    `No ${count} free ports between ${FIRST_PORT} and ${LAST_PORT}.`,
  );
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => {
      resolve(false);
    });
    server.listen({ port, exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
