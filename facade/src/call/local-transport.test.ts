import { create } from "@bufbuild/protobuf";
import { createConnectRouter, type Interceptor } from "@connectrpc/connect";
import { describe, expect, it } from "@jest/globals";
import { VClusterService, WatchEventType, WatchVClusterRequestSchema } from "@open-vcluster/api";
import { createLocalTransport } from "./local-transport.ts";

describe("createLocalTransport", () => {
  it("ends handlers and interceptors of a stream whose reader is gone", async () => {
    const ended: string[] = [];
    const both = Promise.withResolvers<undefined>();
    const end = (name: string): void => {
      ended.push(name);
      if (ended.length === 2) both.resolve(undefined);
    };
    const interceptor: Interceptor = (next) => async (request) => {
      const response = await next(request);
      if (!response.stream) return response;
      return {
        ...response,
        message: observed(response.message, () => {
          end("interceptor");
        }),
      };
    };
    const router = createConnectRouter({ interceptors: [interceptor] }).service(VClusterService, {
      async *watchVCluster() {
        try {
          for (;;) {
            await Promise.resolve();
            yield { type: WatchEventType.BOOKMARK };
          }
        } finally {
          end("handler");
        }
      },
    });
    const reader = new AbortController();
    const stream = await createLocalTransport(router).stream(
      VClusterService.method.watchVCluster,
      reader.signal,
      undefined,
      undefined,
      one(),
    );
    await stream.message[Symbol.asyncIterator]().next();
    reader.abort();
    await both.promise;
    expect(ended.toSorted()).toEqual(["handler", "interceptor"]);
  });
});

async function* one() {
  await Promise.resolve();
  yield create(WatchVClusterRequestSchema);
}

async function* observed<T>(messages: AsyncIterable<T>, onEnd: () => void): AsyncIterable<T> {
  try {
    yield* messages;
  } finally {
    onEnd();
  }
}
