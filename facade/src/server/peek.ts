import type { Socket } from "node:net";

/** What a client that means HTTP/2 in plain text says first (RFC 9113, 3.4); no HTTP/1 method begins like it. */
const PREFACE = Buffer.from("PRI");

/**
 * Looks at the first bytes of a plain-text connection and leaves them there to be read again. Calls back once, unless
 * the connection ends before; one that says nothing for `timeoutMs` is closed.
 */
export function peek(
  socket: Socket,
  timeoutMs: number,
  onProtocol: (isHttp2: boolean) => void,
): void {
  const timer = setTimeout(() => {
    socket.destroy();
  }, timeoutMs);
  const stop = (): void => {
    clearTimeout(timer);
    socket.off("readable", look);
    socket.off("close", stop);
    socket.off("error", ignore);
  };
  const look = (): void => {
    if (socket.readableLength < PREFACE.length) {
      // Asks for more and leaves what is there.
      socket.read(0);
      return;
    }
    stop();
    const bytes = socket.read() as Buffer;
    socket.unshift(bytes);
    onProtocol(bytes.subarray(0, PREFACE.length).equals(PREFACE));
  };
  socket.on("readable", look);
  socket.on("close", stop);
  // A reset closes the socket too; until a server owns it nobody else listens.
  socket.on("error", ignore);
}

function ignore(): void {
  return undefined;
}
