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
