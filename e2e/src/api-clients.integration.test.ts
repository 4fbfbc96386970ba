import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { Browser } from "playwright-core";
import { openPage, startBrowser } from "./foreign/browser.ts";
import { openBufCurl } from "./foreign/buf-curl.ts";
import type { Access, ForeignClient } from "./foreign/foreign-client.ts";
import { openGrpcJs } from "./foreign/grpc-js.ts";
import type { PageCall } from "./foreign/page.ts";
import { type PageServer, startPageServer } from "./foreign/page-server.ts";
import { openPython } from "./foreign/python.ts";
import { applyRoles, createAccount } from "./harness/account.ts";
import { installProduct, type Product } from "./harness/product.ts";

describe("clients that others made", () => {
  let product: Product;
  let access: Access;
  let pages: PageServer;
  let browser: Browser;
  const inPage =
    (protocol: PageCall["protocol"]) =>
    (to: Access): Promise<ForeignClient> =>
      openPage(browser, `http://127.0.0.1:${String(pages.port)}`, protocol, to);

  const CLIENTS: readonly {
    readonly name: string;
    readonly slug: string;
    readonly open: (to: Access) => ForeignClient | Promise<ForeignClient>;
  }[] = [
    { name: "grpc-js", slug: "grpc-js", open: openGrpcJs },
    { name: "grpcio in Python", slug: "python", open: openPython },
    { name: "buf curl", slug: "buf", open: openBufCurl },
    { name: "connect-web with Connect", slug: "web", open: inPage("Connect") },
    { name: "connect-web with gRPC-web", slug: "grpc-web", open: inPage("gRPC-web") },
  ];

  beforeAll(async () => {
    product = await installProduct("clients");
    await applyRoles(product);
    const account = { namespace: product.namespace, name: "tenant" };
    const { token } = await createAccount(product, account, ["vcluster-tenant-admin"]);
    pages = await startPageServer();
    browser = await startBrowser();
    const facade = product.startFacade({
      env: { CORS_ORIGINS: `http://127.0.0.1:${String(pages.port)}` },
    });
    access = { port: await facade.serving(), token };
  }, 600_000);

  afterAll(async () => {
    await browser.close();
    pages.close();
    await product.close();
  }, 120_000);

  describe.each(CLIENTS)("$name", ({ slug, open }) => {
    let client: ForeignClient;
    beforeAll(async () => {
      client = await open(access);
    }, 120_000);
    afterAll(async () => {
      await client.close();
    });

    it("creates, and sees what it created in a list and in a watch", async () => {
      const { namespace } = product;
      const wish = { name: `by-${slug}`, namespace, labels: { by: slug } };
      const [created] = await client.call("CreateVCluster", { ...wish, requestId: slug });
      expect(created).toMatchObject({
        vcluster: wish,
        operationId: expect.stringMatching(/^op-/),
      });
      const selected = { namespace, labelSelector: `by=${slug}` };
      const [page] = await client.call("ListVClusters", selected);
      expect(page).toMatchObject({ vclusters: [wish], totalCount: 1 });
      const [event] = await client.call("WatchVCluster", selected, 2);
      expect(event).toMatchObject({ type: "WATCH_EVENT_TYPE_ADDED", vcluster: wish });
    });

    it("is told what is wrong", async () => {
      const { namespace } = product;
      const absent = client.call("GetVCluster", { name: "absent", namespace });
      await expect(absent).rejects.toMatchObject({ code: "NOT_FOUND" });
      const refused = client.call("CreateVCluster", { name: "Not A Label", namespace });
      await expect(refused).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
        message: expect.stringContaining("name"),
      });
      const elsewhere = client.call("ListVClusters", { namespace: "kube-system" });
      await expect(elsewhere).rejects.toMatchObject({ code: "PERMISSION_DENIED" });
    });

    it("is turned away without a token", async () => {
      const stranger = await open({ ...access, token: "nobody" });
      const asked = stranger.call("ListVClusters", { namespace: product.namespace });
      await expect(asked).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
      await stranger.close();
    });
  });

  it("are kept out of pages whose origin is not allowed", async () => {
    const origin = `http://localhost:${String(pages.port)}`;
    const page = await openPage(browser, origin, "Connect", access);
    const asked = page.call("ListVClusters", { namespace: product.namespace });
    await expect(asked).rejects.toMatchObject({
      message: expect.stringContaining("Failed to fetch"),
    });
    await page.close();
  });
});
