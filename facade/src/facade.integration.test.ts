import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { VClusterService } from "@open-vcluster/api";
import {
  Health,
  HealthCheckResponse_ServingStatus as Status,
} from "@open-vcluster/api/grpc/health/v1";
import { ServerReflection } from "@open-vcluster/api/grpc/reflection/v1";
import { openPlace, type Place } from "./testing/place.ts";
import { type RunningFacade, startFacade } from "./testing/running-facade.ts";

let place: Place;
let facade: RunningFacade;

beforeAll(async () => {
  place = await openPlace(process.env);
  facade = await startFacade({
    KUBECONFIG: process.env["TESTBED_KUBECONFIG"] ?? "",
    FACADE_NAMESPACE: place.product,
  });
});
afterAll(async () => {
  await facade.stop();
  await place.close();
});

type Protocol = (baseUrl: string) => Transport;
const PROTOCOLS: readonly (readonly [string, Protocol])[] = [
  [
    "Connect JSON over HTTP/1.1",
    (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "1.1", useBinaryFormat: false }),
  ],
  ["Connect over HTTP/1.1", (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "1.1" })],
  ["Connect over HTTP/2", (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "2" })],
  ["gRPC", (baseUrl) => createGrpcTransport({ baseUrl })],
  ["gRPC-web over HTTP/1.1", (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: "1.1" })],
  ["gRPC-web over HTTP/2", (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: "2" })],
];

describe.each(PROTOCOLS)("a facade spoken to with %s", (_, protocol) => {
  const transport = () => protocol(`http://127.0.0.1:${facade.port}`);

  it("says that it is well", async () => {
    expect((await createClient(Health, transport()).check({})).status).toBe(Status.SERVING);
  });

  it("wants to know who calls", async () => {
    const error = await createClient(VClusterService, transport())
      .listVClusters({})
      .catch((e: unknown) => ConnectError.from(e));
    expect(error).toMatchObject({ code: Code.Unauthenticated });
  });
});

describe("a facade", () => {
  it("tells by reflection what it serves, so that clients need no protos", async () => {
    const client = createClient(
      ServerReflection,
      createGrpcTransport({ baseUrl: `http://127.0.0.1:${facade.port}` }),
    );
    const answers = client.serverReflectionInfo(
      asked([
        { messageRequest: { case: "listServices", value: "" } },
        {
          messageRequest: {
            case: "fileContainingSymbol",
            value: "vcluster.api.v1.VClusterService.CreateVCluster",
          },
        },
        { messageRequest: { case: "fileByFilename", value: "nowhere.proto" } },
      ]),
    );
    const told = [];
    for await (const { messageResponse } of answers) told.push(messageResponse);
    expect(told.map((answer) => answer.case)).toEqual([
      "listServicesResponse",
      "fileDescriptorResponse",
      "errorResponse",
    ]);
    expect(JSON.stringify(told[0])).toContain("vcluster.api.v1.OperationService");
  });

  it("answers probes and metrics beside the API and on its port", async () => {
    const get = async (port: number, path: string) => {
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      return { status: response.status, text: await response.text() };
    };
    for (const port of [facade.port, facade.healthPort]) {
      expect((await get(port, "/healthz")).status).toBe(200);
      const ready = await get(port, "/readyz");
      expect(ready.text).toContain("[+] audit ok");
    }
    const { text } = await get(facade.healthPort, "/metrics");
    expect(text).toContain('cache_age_seconds{cache="instances"}');
    expect((await get(facade.port, "/metrics")).status).toBe(404);
  });

  it("ends in order when it is told to, and tells those who watch", async () => {
    const other = await startFacade({
      KUBECONFIG: process.env["TESTBED_KUBECONFIG"] ?? "",
      FACADE_NAMESPACE: place.product,
      ALLOW_ANONYMOUS: "true",
    });
    const client = createClient(
      Health,
      createGrpcTransport({ baseUrl: `http://127.0.0.1:${other.port}` }),
    );
    const watching = client.watch({})[Symbol.asyncIterator]();
    expect((await watching.next()).value).toMatchObject({ status: Status.SERVING });
    const ended = watching.next().then(
      ({ value }) => (value as { status: Status } | undefined)?.status,
      (error: unknown) => ConnectError.from(error).code,
    );
    expect(await other.stop()).toBe(0);
    expect([Code.Unavailable, Status.NOT_SERVING]).toContain(await ended);
  });

  it("says everything that is wrong with its configuration, and does not start", async () => {
    await expect(
      startFacade({ LISTEN_HOST: "0.0.0.0", ALLOW_ANONYMOUS: "true", RATE_LIMIT_BURST: "none" }),
    ).rejects.toThrow(/ended with 2: RATE_LIMIT_BURST is .*\nALLOW_ANONYMOUS is /s);
  });
});

async function* asked<T>(requests: readonly T[]): AsyncGenerator<T> {
  await Promise.resolve();
  yield* requests;
}
