import { describe, expect, it, jest } from "@jest/globals";
import fc from "fast-check";
import { parseAllDocuments, stringify } from "yaml";
import { type PostRenderOptions, postRender } from "./post-render.ts";

jest.setTimeout(60_000);

const OPTIONS: PostRenderOptions = {
  labels: { "openvcluster.io/instance-name": "one", "openvcluster.io/render": "1e3" },
  countOn: "vc-config-one",
  countAnnotation: "openvcluster.io/object-count",
  tighten: ["one-etcd/etcd"],
};

type Tree = Record<string, unknown>;

/** As Helm reads manifests: YAML 1.1. */
function read(text: string): Tree[] {
  return parseAllDocuments(text, { version: "1.1" }).flatMap((document) => {
    expect(document.errors).toEqual([]);
    const value = document.toJS() as Tree | null;
    return value === null ? [] : [value];
  });
}

function labelled(object: Tree): Tree {
  const metadata = object["metadata"] as Tree;
  const labels = { ...((metadata["labels"] ?? {}) as Tree), ...OPTIONS.labels };
  return { ...object, metadata: { ...metadata, labels } };
}

const SECRET = `---
# Source: vcluster/templates/config-secret.yaml
apiVersion: v1
kind: Secret
metadata:
  name: "vc-config-one"
  namespace: ns
  labels:
    app: vcluster
type: Opaque
data:
  config.yaml: "Zm9v"
`;

const ETCD = `---
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: one-etcd
  labels:
    app: vcluster-etcd
spec:
  selector:
    matchLabels:
      app: vcluster-etcd
  template:
    metadata:
      labels:
        app: vcluster-etcd
    spec:
      containers:
      - name: other
        startupProbe:
          periodSeconds: 7
      - name: etcd
        command:
          - etcd
          - |
            startupProbe:
              periodSeconds: 3
        startupProbe:
          httpGet:
            path: /readyz
          initialDelaySeconds: 10
          timeoutSeconds: 15
          periodSeconds: 10
          failureThreshold: 24
  volumeClaimTemplates:
    - metadata:
        name: data
`;

describe("postRender", () => {
  it("labels every object and nothing below it", () => {
    const [secret, etcd] = read(postRender(SECRET + ETCD, OPTIONS)) as [Tree, Tree];
    const [secretBefore, etcdBefore] = read(SECRET + ETCD) as [Tree, Tree];
    expect((secret["metadata"] as Tree)["labels"]).toEqual({
      app: "vcluster",
      ...OPTIONS.labels,
    });
    const spec = etcd["spec"] as Tree;
    const specBefore = etcdBefore["spec"] as Tree;
    expect(spec["selector"]).toEqual(specBefore["selector"]);
    expect(spec["volumeClaimTemplates"]).toEqual(specBefore["volumeClaimTemplates"]);
    expect((spec["template"] as Tree)["metadata"]).toEqual(
      (specBefore["template"] as Tree)["metadata"],
    );
    expect(secret["data"]).toEqual(secretBefore["data"]);
  });

  it("writes the number of objects on the configuration Secret", () => {
    const [secret, etcd] = read(postRender(SECRET + ETCD, OPTIONS)) as [Tree, Tree];
    expect((secret["metadata"] as Tree)["annotations"]).toEqual({
      "openvcluster.io/object-count": "2",
    });
    expect((etcd["metadata"] as Tree)["annotations"]).toBeUndefined();
  });

  it("tightens the named start-up probe and gives up no earlier", () => {
    const [etcd] = read(postRender(ETCD, OPTIONS)) as [Tree];
    const pod = ((etcd["spec"] as Tree)["template"] as Tree)["spec"] as Tree;
    const [other, container] = pod["containers"] as [Tree, Tree];
    expect(other["startupProbe"]).toEqual({ periodSeconds: 7 });
    expect(container["startupProbe"]).toEqual({
      httpGet: { path: "/readyz" },
      initialDelaySeconds: 0,
      timeoutSeconds: 15,
      periodSeconds: 1,
      failureThreshold: 250,
    });
    expect(container["command"]).toEqual(["etcd", "startupProbe:\n  periodSeconds: 3\n"]);
  });

  it("leaves probes alone when nothing is to be tightened", () => {
    const [etcd] = read(postRender(ETCD, { ...OPTIONS, tighten: [] })) as [Tree];
    expect(etcd["spec"]).toEqual(read(ETCD)[0]!["spec"]);
  });

  it.each([
    ["no labels", "metadata:\n  name: a\n"],
    ["empty labels", "metadata:\n  labels: {} # none\n  name: a\n"],
    ["null labels", "metadata:\n  name: a\n  labels: ~\n"],
    ["labels without a value", "metadata:\n  labels:\n  name: a\n"],
    [
      "a label of ours, changed by hand",
      'metadata:\n  labels:\n    "openvcluster.io/render": x\n    b: c\n  name: a\n',
    ],
    ["labels at the end of the text", "metadata:\n  name: a\n  labels:\n    b: c"],
  ])("labels an object with %s", (_name, text) => {
    expect(read(postRender(text, OPTIONS))).toEqual(read(text).map(labelled));
  });

  it.each([
    ["flow style", "metadata: {name: a}\n"],
    ["flow labels", "metadata:\n  name: a\n  labels: {b: c}\n"],
    ["no metadata", "kind: Secret\n"],
    ["a sequence", "- a\n- b\n"],
    ["metadata that is text", "metadata: text\n"],
  ])("refuses %s instead of guessing", (_name, text) => {
    expect(() => postRender(text, OPTIONS)).toThrow(/line \d+/);
  });

  it("keeps every other byte's meaning, whatever the strings hold", () => {
    const awkward = fc.oneof(
      fc.string(),
      fc.string({ unit: "grapheme" }),
      fc.constantFrom("yes", "no", "on", "y", "~", "null", "1e3", "0o7", "012", "1:20", "=", "<<"),
      fc.constantFrom(
        "- a\n- b",
        "---\nkind: x",
        "metadata:\n  labels: {}",
        "a: b # c",
        " lead",
        "#",
      ),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.array(fc.string(), { maxLength: 3 }),
    );
    const name = fc.stringMatching(/^[a-z][a-z0-9./-]{0,20}$/);
    const tree = fc.dictionary(
      name,
      fc.oneof(awkward, fc.dictionary(name, awkward, { maxKeys: 3 })),
    );
    const object = fc.record({
      labels: fc.option(fc.dictionary(name, fc.string(), { minKeys: 1, maxKeys: 3 })),
      annotations: fc.option(fc.dictionary(name, awkward, { minKeys: 1, maxKeys: 3 })),
      spec: tree,
      indent: fc.constantFrom(2, 4),
      indentSeq: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(object, { minLength: 1, maxLength: 4 }), (objects) => {
        const text = objects
          .map(({ labels, annotations, spec, indent, indentSeq }) =>
            stringify(
              {
                apiVersion: "v1",
                kind: "ConfigMap",
                metadata: {
                  name: "a",
                  ...(annotations === null ? {} : { annotations }),
                  ...(labels === null ? {} : { labels }),
                },
                spec,
              },
              { version: "1.1", indent, indentSeq, lineWidth: 0 },
            ),
          )
          .join("---\n");
        expect(read(postRender(text, OPTIONS))).toEqual(read(text).map(labelled));
      }),
      { numRuns: 100 },
    );
  });
});
