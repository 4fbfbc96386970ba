import { type EventEmitter, once } from "node:events";
import { request as http1Request } from "node:http";
import { type ClientHttp2Session, connect as connectHttp2, constants } from "node:http2";
import { connect as connectTcp, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, describe, expect, it } from "@jest/globals";
import { systemClock } from "@open-vcluster/runtime";
import { createRecordingLogger } from "@open-vcluster/runtime/testing/recording-logger";
import { until } from "@open-vcluster/runtime/testing/until";
import { DEFAULT_LIMITS } from "./limits.ts";
import { type RunningServer, type ServerOptions, startServer } from "./server.ts";

const PATIENCE_MS = 10_000;
const opened: { destroy(): unknown }[] = [];
let server: RunningServer;

afterEach(async () => {
  for (const one of opened.splice(0)) one.destroy();
  await server.close(0);
});

/** Starts a server that answers with the HTTP version; `/wait` is answered by `answerWaiting`. */
async function start(options: Partial<ServerOptions> = {}) {
  const waiting: (() => void)[] = [];
  server = await startServer({
    host: "127.0.0.1",
    port: 0,
    limits: DEFAULT_LIMITS,
    serve: (request, response) => {
      if (request.url === "/wait") waiting.push(() => response.end("late"));
      else response.end(request.httpVersion);
    },
    logger: createRecordingLogger(),
    clock: systemClock,
    ...options,
  });
  return {
    waiting,
    answerWaiting: () => {
      for (const answer of waiting.splice(0)) answer();
    },
  };
}

function tcp(): Socket {
  const socket = connectTcp(server.address.port, "127.0.0.1");
  socket.on("error", () => undefined);
  opened.push(socket);
  return socket;
}

function http2(): ClientHttp2Session {
  const session = connectHttp2(`http://127.0.0.1:${server.address.port}`);
  session.on("error", () => undefined);
  opened.push(session);
  return session;
}

async function getHttp1(path: string): Promise<string> {
  const request = http1Request({ host: "127.0.0.1", port: server.address.port, path });
  request.end();
  const [response] = (await once(request, "response")) as [NodeJS.ReadableStream];
  return text(response);
}

async function getHttp2(session: ClientHttp2Session, path: string): Promise<string> {
  const stream = session.request({ ":path": path });
  return text(stream);
}

/** Unlike `once`, an error on the way does not matter. */
function closeOf(emitter: EventEmitter): Promise<void> {
  return new Promise((resolve) => {
    emitter.once("close", () => {
      resolve();
    });
  });
}

describe("a server in plain text", () => {
  it("speaks HTTP/1.1 and HTTP/2 on one port", async () => {
    await start();
    expect(await getHttp1("/")).toBe("1.1");
    expect(await getHttp2(http2(), "/")).toBe("2.0");
  });

  it("waits for the bytes that tell the protocol, however they come", async () => {
    await start();
    for (const [first, rest] of [
      ["P", "OST / HTTP/1.1\r\nhost: a\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"],
      ["PR", "OPFIND / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"],
      ["G", "ET / HTTP/1.0\r\n\r\n"],
    ]) {
      const socket = tcp();
      socket.setNoDelay(true);
      socket.write(first ?? "");
      await until(() => server.connections() > 0, PATIENCE_MS);
      socket.write(rest ?? "");
      expect(await text(socket)).toMatch(/^HTTP\/1\.1 200 OK/);
    }
    const socket = tcp();
    socket.setNoDelay(true);
    for (const byte of "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") socket.write(byte);
    const [frame] = (await once(socket, "data")) as [Buffer];
    const SETTINGS = 4;
    expect(frame[3]).toBe(SETTINGS);
  });

  it("closes what is neither", async () => {
    await start();
    const socket = tcp();
    socket.write("\x16\x03\x01\x00\x00");
    expect(await text(socket)).toMatch(/^(HTTP\/1\.1 400|$)/);
  });

  it("closes connections that say nothing, or too little", async () => {
    await start({ limits: { ...DEFAULT_LIMITS, headerTimeoutMs: 200 } });
    const silent = tcp().resume();
    const slow = tcp().resume();
    slow.write("GET / HTTP/1.1\r\nhost: a\r\nx-slow: ");
    const drip = setInterval(() => slow.write("a"), 50);
    await Promise.all([closeOf(silent), closeOf(slow)]);
    clearInterval(drip);
    expect(server.connections()).toBe(0);
  });

  it("ends a request of either version whose body does not arrive", async () => {
    const { waiting } = await start({
      limits: { ...DEFAULT_LIMITS, headerTimeoutMs: 200, requestTimeoutMs: 400 },
    });
    const stalled = tcp().resume();
    stalled.write("POST /wait HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nabc");
    const stream = http2().request({ ":path": "/wait", ":method": "POST" });
    stream.on("error", () => undefined);
    stream.write("abc");
    await Promise.all([closeOf(stalled), closeOf(stream)]);
    expect(stream.rstCode).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM);
    expect(waiting).toHaveLength(2);
  });

  it("refuses headers that are too large", async () => {
    await start({ limits: { ...DEFAULT_LIMITS, maxHeaderBytes: 4_096 } });
    const socket = tcp();
    socket.write(`GET / HTTP/1.1\r\nhost: a\r\nx-large: ${"a".repeat(8_192)}\r\n\r\n`);
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 431/);
    const session = http2();
    await once(session, "remoteSettings");
    const stream = session.request({ "x-large": "a".repeat(8_192) });
    stream.on("error", () => undefined);
    const status = new Promise((resolve) => {
      stream.once("response", (header) => {
        resolve(header[":status"]);
      });
      stream.once("close", () => {
        resolve("closed");
      });
    });
    expect([431, "closed"]).toContain(await status);
  });

  it("closes more connections than it may have at once, and takes new ones later", async () => {
    await start({ limits: { ...DEFAULT_LIMITS, maxConnections: 3 } });
    const first = [http2(), http2(), http2()];
    expect(await Promise.all(first.map((session) => getHttp2(session, "/")))).toHaveLength(3);
    const fourth = tcp().resume();
    await closeOf(fourth);
    for (const session of first) session.close();
    await until(() => server.connections() === 0, PATIENCE_MS);
    expect(await getHttp2(http2(), "/")).toBe("2.0");
  });

  it("closes HTTP/2 connections on which nothing runs, and keeps those that wait for an answer", async () => {
    const { answerWaiting } = await start({ limits: { ...DEFAULT_LIMITS, idleTimeoutMs: 200 } });
    const idle = http2();
    const busy = http2();
    const answer = getHttp2(busy, "/wait");
    await closeOf(idle);
    expect(busy.closed).toBe(false);
    answerWaiting();
    expect(await answer).toBe("late");
  });

  it("closes HTTP/2 connections on which a header never ends, however its bytes drip in", async () => {
    await start({ limits: { ...DEFAULT_LIMITS, idleTimeoutMs: 300 } });
    const slow = tcp().resume();
    const settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    const headerOf16000Bytes = [0, 0x3e, 0x80, 1, 0, 0, 0, 0, 1];
    slow.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    slow.write(Buffer.from([...settings, ...headerOf16000Bytes]));
    const drip = setInterval(() => slow.write("@"), 50);
    await closeOf(slow);
    clearInterval(drip);
    await until(() => server.connections() === 0, PATIENCE_MS);
  });

  it("says which address cannot be listened on", async () => {
    await start();
    const { port } = server.address;
    await expect(
      startServer({
        host: "127.0.0.1",
        port,
        limits: DEFAULT_LIMITS,
        serve: () => undefined,
        logger: createRecordingLogger(),
        clock: systemClock,
      }),
    ).rejects.toMatchObject({ kind: "unavailable", reason: "ListenFailed" });
  });
});

describe("a server that closes", () => {
  it("finishes what runs, of both versions, and takes nothing new", async () => {
    const { waiting, answerWaiting } = await start();
    const session = http2();
    const answers = [getHttp1("/wait"), getHttp2(session, "/wait")];
    await until(() => waiting.length === 2, PATIENCE_MS);
    const goaway = once(session, "goaway");
    const closed = server.close(PATIENCE_MS);
    await goaway;
    await expect(getHttp1("/")).rejects.toMatchObject({ code: "ECONNREFUSED" });
    answerWaiting();
    expect(await Promise.all(answers)).toEqual(["late", "late"]);
    await closed;
    expect(server.connections()).toBe(0);
  });

  it("waits no longer than it may", async () => {
    const { waiting } = await start();
    const lost = Promise.allSettled([getHttp1("/wait"), getHttp2(http2(), "/wait")]);
    await until(() => waiting.length === 2, PATIENCE_MS);
    await server.close(50);
    await lost;
    expect(server.connections()).toBe(0);
  });
});
