import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "node:tls";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { parse, stringify } from "yaml";
import { rotateServingCertificate } from "../testbed/cluster/control-plane.ts";
import { applyRoles, createAccount } from "./harness/account.ts";
import { compactStore, restartApiServer } from "./harness/api-server.ts";
import { type Caller, openCaller } from "./harness/caller.ts";
import type { FacadeProcess } from "./harness/facade-process.ts";
import type { OperatorProcess } from "./harness/operator-process.ts";
import { openStage, type Stage } from "./harness/stage.ts";
import { waitFor } from "./harness/wait.ts";

const PROGRAM = "program";
const REVIEWS = "/apis/authentication.k8s.io/v1/tokenreviews";

interface Kubeconfig {
  readonly users: readonly { readonly name: string; user: Readonly<Record<string, string>> }[];
}

/** The programs have a ServiceAccount's token in a file, as pods do, and it is replaced in place. */
describe("operator and facade whose credentials are replaced while they run", () => {
  const directory = mkdtempSync(join(tmpdir(), "open-vcluster-credentials-"));
  const tokenFile = join(directory, "token");
  let stage: Stage;
  let operator: OperatorProcess;
  let facade: FacadeProcess;
  let tenant: Caller;

  /** A token that dies with the Secret of this name. */
  const tokenBoundTo = async (secret: string): Promise<string> => {
    const { kubectl, systemNamespace } = stage.product;
    await kubectl.run(["create", "secret", "generic", secret, "-n", systemNamespace]);
    const token = await kubectl.run([
      ...["create", "token", PROGRAM, "-n", systemNamespace],
      ...["--bound-object-kind=Secret", `--bound-object-name=${secret}`],
    ]);
    return token.trim();
  };
  const writeKubeconfig = (): string => {
    const config = parse(stage.cluster.testbed.adminKubeconfig) as Kubeconfig;
    for (const entry of config.users) entry.user = { tokenFile };
    const file = join(directory, "kubeconfig");
    writeFileSync(file, stringify(config));
    return file;
  };
  const isAccepted = async (token: string): Promise<boolean> => {
    const { body } = await stage.api.call("POST", REVIEWS, {
      apiVersion: "authentication.k8s.io/v1",
      kind: "TokenReview",
      spec: { token },
    });
    const { status } = body as { readonly status: { readonly authenticated?: boolean } };
    return status.authenticated === true;
  };
  /** Through the whole product: the facade writes it, the operator makes it ready. */
  const create = async (name: string): Promise<void> => {
    const { namespace } = stage.product;
    await waitFor("the facade creates", async () => {
      const answer = await tenant.vclusters.createVCluster({ namespace, name, requestId: name });
      return answer.operationId !== "";
    });
    await stage.reaches(name, "Ready=True");
  };

  beforeAll(async () => {
    stage = await openStage("credentials");
    const { product } = stage;
    const { kubectl, systemNamespace, namespace } = product;
    await kubectl.run(["create", "serviceaccount", PROGRAM, "-n", systemNamespace]);
    await kubectl.run([
      ...["create", "clusterrolebinding", PROGRAM, "--clusterrole=cluster-admin"],
      `--serviceaccount=${systemNamespace}:${PROGRAM}`,
    ]);
    writeFileSync(tokenFile, await tokenBoundTo("first"));
    const env = { KUBECONFIG: writeKubeconfig() };
    operator = product.start({ env });
    await operator.leading();
    facade = product.startFacade({ env });
    await applyRoles(product);
    const account = await createAccount(product, { namespace, name: "tenant" }, [
      "vcluster-tenant-admin",
    ]);
    tenant = openCaller(await facade.serving(), account.token);
    await create("before");
  }, 240_000);

  afterAll(async () => {
    tenant.close();
    await stage.close();
    rmSync(directory, { recursive: true });
  }, 120_000);

  it("go on when the old token is dead", async () => {
    const { kubectl, systemNamespace } = stage.product;
    const second = await tokenBoundTo("second");
    const first = readFileSync(tokenFile, "utf8");
    writeFileSync(tokenFile, second);
    await kubectl.run(["delete", "secret", "first", "-n", systemNamespace]);
    await waitFor("the first token is dead", async () => !(await isAccepted(first)));
    await create("with-another-token");
  }, 120_000);

  it("go on when the API server has another certificate, was restarted, and its store is compacted", async () => {
    const { testbed } = stage.cluster;
    const { cert } = await rotateServingCertificate(testbed.directory, [testbed.address]);
    const wanted = new X509Certificate(cert).serialNumber;
    const isServed = async (): Promise<boolean> => (await servedSerial(testbed.server)) === wanted;
    await waitFor("the API server has the other certificate", isServed);
    await compactStore(stage.cluster, stage.api);
    // Every connection is made anew.
    await restartApiServer(stage.cluster, stage.api);
    await create("with-another-certificate");
    expect([operator.hasEnded(), facade.hasEnded()]).toEqual([false, false]);
  }, 180_000);
});

/** Serial number of the certificate that a server has now. */
async function servedSerial(server: string): Promise<string> {
  const { hostname, port } = new URL(server);
  const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false });
  try {
    await once(socket, "secureConnect");
    return socket.getPeerCertificate().serialNumber;
  } finally {
    socket.destroy();
  }
}
