import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import type { KubectlResult } from "./harness/kubectl.ts";
import { loadImage } from "./harness/node-testbed.ts";
import { installProduct, type Product } from "./harness/product.ts";

const API_PORT = 8443;
const POD_MS = 120_000;

/** Prints when PID 1 of a container started, epoch milliseconds, and the most memory that it had, in kB. */
const INSPECT = `
const fields = fs.readFileSync("/proc/1/stat", "utf8").split(") ")[1].split(" ");
const ageSeconds = parseFloat(fs.readFileSync("/proc/uptime", "utf8")) - fields[19] / 100;
const [, peakKb] = /VmHWM:\\s+(\\d+)/.exec(fs.readFileSync("/proc/1/status", "utf8"));
console.log(JSON.stringify({ startedMs: Date.now() - ageSeconds * 1000, peakKb: Number(peakKb) }));`;

describe("the product's image", () => {
  let product: Product;
  let reference: string;

  const inSystem = (...args: readonly string[]): Promise<string> =>
    product.kubectl.run(["--namespace", product.systemNamespace, ...args]);
  const inFacade = (...argv: readonly string[]): Promise<KubectlResult> =>
    product.kubectl.attempt(["-n", product.systemNamespace, "exec", "facade", "--", ...argv]);

  beforeAll(async () => {
    product = await installProduct("image");
    ({ reference } = await loadImage(product.testbed));
    const namespace = product.systemNamespace;
    await inSystem("label", "ns", namespace, "pod-security.kubernetes.io/enforce=restricted");
    await product.kubectl.apply(...facadeAccount(namespace));
  }, 300_000);

  afterAll(async () => {
    await inSystem("delete", "clusterrolebinding", product.systemNamespace);
    await product.close();
  }, POD_MS);

  it.each(["operator", "facade"])(
    "runs the %s under the strictest pod security, and says its version",
    async (program) => {
      const name = `${program}-version`;
      await product.kubectl.apply(
        podOf(product, name, { image: reference, args: [program, "--version"] }),
      );
      await inSystem("wait", "--for=jsonpath={.status.phase}=Succeeded", `pod/${name}`);
      const line = new RegExp(`^open-vcluster ${program} \\d+\\.\\d+\\.\\d+\n$`);
      expect(await inSystem("logs", name)).toMatch(line);
    },
    POD_MS,
  );

  it(
    "serves the API within 256 MiB, with what the programs read from files",
    async () => {
      await product.kubectl.apply(
        podOf(product, "facade", {
          image: reference,
          args: ["facade"],
          env: [
            { name: "LISTEN_HOST", value: "0.0.0.0" },
            { name: "FACADE_NAMESPACE", value: product.systemNamespace },
          ],
          readinessProbe: { httpGet: { path: "/readyz", port: 8080 }, periodSeconds: 1 },
          resources: { limits: { memory: "256Mi" } },
        }),
      );
      await inSystem("wait", "--for=condition=Ready", "pod/facade", "--timeout=60s");
      const address = await inSystem("get", "pod", "facade", "-o", "jsonpath={.status.podIP}");
      for (const path of ["/openapi.json", "/docs", "/docs/swagger-ui.css"]) {
        const response = await fetch(`http://${address}:${String(API_PORT)}${path}`);
        expect([path, response.status]).toEqual([path, 200]);
      }
      const { stdout } = await inFacade("/nodejs/bin/node", "--eval", INSPECT);
      const { startedMs, peakKb } = JSON.parse(stdout) as Readonly<Record<string, number>>;
      const readyMs = servingSince(await inSystem("logs", "facade")) - (startedMs ?? 0);
      process.stdout.write(
        `The facade was ready ${readyMs.toFixed(0)} ms after its start, and peaked at ${((peakKb ?? 0) / 1024).toFixed(0)} MiB\n`,
      );
    },
    POD_MS,
  );

  it("has Helm, and no shell", async () => {
    expect(await inFacade("helm", "version", "--short")).toMatchObject({
      stdout: expect.stringMatching(/^v3\./),
    });
    for (const shell of ["/bin/sh", "/bin/bash", "busybox"]) {
      const { code, stderr } = await inFacade(shell, "-c", "true");
      expect([shell, code === 0]).toEqual([shell, false]);
      expect(stderr).toMatch(/no such file or directory|executable file not found/);
    }
  });

  it("finds names of Services", async () => {
    const script = `dns.promises.lookup("kubernetes.default.svc").then(({ address }) => console.log(address))`;
    const { stdout } = await inFacade("/nodejs/bin/node", "--eval", script);
    const service = ["get", "service", "kubernetes", "-n", "default"];
    const address = await product.kubectl.run([...service, "-o", "jsonpath={.spec.clusterIP}"]);
    expect(stdout.trim()).toBe(address);
  });

  it(
    "ends in order when it is told to",
    async () => {
      await inFacade("/nodejs/bin/node", "--eval", "process.kill(1, 'SIGTERM')");
      await inSystem("wait", "--for=jsonpath={.status.phase}=Succeeded", "pod/facade");
    },
    POD_MS,
  );
});

/** May read what the facade's caches hold. */
function facadeAccount(namespace: string): readonly object[] {
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "facade", namespace } },
    {
      apiVersion: "rbac.authorization.k8s.io/v1",
      kind: "ClusterRoleBinding",
      metadata: { name: namespace },
      roleRef: {
        apiGroup: "rbac.authorization.k8s.io",
        kind: "ClusterRole",
        name: "cluster-admin",
      },
      subjects: [{ kind: "ServiceAccount", name: "facade", namespace }],
    },
  ];
}

function podOf({ systemNamespace }: Product, name: string, container: object): object {
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace: systemNamespace },
    spec: {
      serviceAccountName: "facade",
      restartPolicy: "Never",
      terminationGracePeriodSeconds: 1,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
      containers: [
        {
          name: "program",
          imagePullPolicy: "IfNotPresent",
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
          },
          ...container,
        },
      ],
    },
  };
}

/** When the log says that calls are served, epoch milliseconds. */
function servingSince(log: string): number {
  const line = log.split("\n").find((each) => each.includes('"msg":"Serving the API"')) ?? "{}";
  return Date.parse((JSON.parse(line) as { readonly ts: string }).ts);
}
