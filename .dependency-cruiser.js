/** Directions between packages, and purity of the files that decide. */
const forbid = (name, comment, from, to) => ({ name, comment, severity: "error", from, to });
const TESTS = "\\.test\\.ts$|/testing/|/scripts/";

export default {
  forbidden: [
    forbid("no-cycles", "A cycle hides who depends on whom.", {}, { circular: true }),
    forbid(
      "api-alone",
      "The wire contract depends on protobuf alone.",
      { path: "^api/src", pathNot: TESTS },
      { path: "^(crds|runtime|operator|facade|e2e)/|@kubernetes/|@connectrpc/|undici" },
    ),
    forbid(
      "crds-alone",
      "The cluster contract depends on nothing at run time.",
      { path: "^crds/src", pathNot: TESTS },
      { path: "^(api|runtime|operator|facade|e2e)/|@kubernetes/|undici" },
    ),
    forbid(
      "runtime-knows-no-product",
      "The runtime must not know what it runs.",
      { path: "^runtime/" },
      { path: "^(api|crds|operator|facade|e2e)/" },
    ),
    forbid(
      "operator-direction",
      "The operator sees crds and runtime only.",
      { path: "^operator/" },
      { path: "^(api|e2e|facade)/" },
    ),
    forbid(
      "snapshot-engine-alone",
      "The snapshot engine knows an etcd endpoint, an object store and keys, and no Kubernetes.",
      { path: "^operator/src/snapshot/engine/" },
      {
        path: "^(crds|runtime)/|^operator/src/|@open-vcluster/|@kubernetes/",
        pathNot: "^operator/src/snapshot/engine/",
      },
    ),
    forbid(
      "facade-direction",
      "The facade sees the contracts and the runtime; the operator is another process.",
      { path: "^facade/" },
      { path: "^(e2e|operator)/" },
    ),
    forbid(
      "image-alone",
      "The image is made of the programs, which it bundles and never imports.",
      { path: "^deploy/image/" },
      { path: "^(api|crds|runtime|operator|facade|e2e|scripts)/" },
    ),
    forbid(
      "e2e-public-doors",
      "End-to-end code sees public doors only.",
      { path: "^e2e/" },
      { path: "^(operator|facade|runtime)/" },
    ),
    forbid(
      "pure-decisions",
      "Files that decide have no effects: no IO modules, no clients.",
      {
        path: [
          "^operator/src/.*/(decide|status|release|power|deletion|checks|args|output|plan)\\.ts$",
          "^operator/src/(values|upgrade)/",
          "^facade/src/translate/",
        ],
        pathNot: TESTS,
      },
      {
        path: "^(node:)?(fs|fs/promises|net|http|https|child_process|tls|os)$|undici|@kubernetes/",
      },
    ),
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "/dist/" },
    enhancedResolveOptions: {
      conditionNames: ["source", "import", "node", "default"],
      exportsFields: ["exports"],
      extensions: [".ts", ".js"],
    },
  },
};
