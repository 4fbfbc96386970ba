// One Jest configuration with three projects: `unit` needs nothing, `integration` starts the
// control-plane testbed, `node` needs root on Linux and runs real virtual clusters.
const base = {
  testEnvironment: "node",
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      {
        jsc: { target: "es2024", parser: { syntax: "typescript" } },
        module: { type: "es6" },
        sourceMaps: "inline",
      },
    ],
  },
  testEnvironmentOptions: { customExportConditions: ["source", "node", "node-addons"] },
  modulePathIgnorePatterns: ["/dist/", "/.local/"],
};

export default {
  // Jest reads it here only, not in projects. A loaded machine, or one that builds programs beside the tests, is slow.
  testTimeout: 60_000,
  projects: [
    {
      ...base,
      displayName: "unit",
      testMatch: ["<rootDir>/{api,crds,runtime,operator,facade,deploy,e2e,scripts}/**/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/", "/dist/", "\\.(integration|node)\\.test\\.ts$"],
    },
    {
      ...base,
      displayName: "integration",
      globalSetup: "<rootDir>/e2e/testbed/jest/control-plane.js",
      globalTeardown: "<rootDir>/e2e/testbed/jest/control-plane-teardown.js",
      testMatch: ["<rootDir>/{crds,runtime,operator,facade,deploy,e2e}/**/*.integration.test.ts"],
    },
    {
      ...base,
      displayName: "node",
      globalSetup: "<rootDir>/e2e/testbed/jest/node.js",
      globalTeardown: "<rootDir>/e2e/testbed/jest/node-teardown.js",
      testMatch: ["<rootDir>/e2e/**/*.node.test.ts"],
    },
  ],
};
