import node from "eslint-plugin-n";
import tsdoc from "eslint-plugin-tsdoc";
import tseslint from "typescript-eslint";

export default tseslint.config(
  {
    ignores: [
      "**/dist/",
      "**/gen/",
      "**/node_modules/",
      "**/.local/",
      "**/*.js",
      "**/*.cjs",
      "**/*.mjs",
    ],
  },
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    files: ["**/*.ts"],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    plugins: { n: node, tsdoc },
    rules: {
      "tsdoc/syntax": "error",
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      "@typescript-eslint/restrict-template-expressions": [
        "error",
        { allowNumber: true, allowBoolean: true },
      ],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-unused-vars": [
        "error",
        { argsIgnorePattern: "^_", varsIgnorePattern: "^_", ignoreRestSiblings: true },
      ],
      complexity: ["error", 12],
      "max-params": ["error", 4],
      "n/no-process-env": "error",
      "no-restricted-syntax": [
        "error",
        { selector: "TSEnumDeclaration", message: "Use a union of string literals." },
        { selector: "ExportDefaultDeclaration", message: "Use named exports." },
      ],
    },
  },
  {
    // Decisions are pure: time, randomness and the environment reach them as arguments.
    files: [
      "operator/src/**/{decide,status,release,values,power,deletion,checks,args,output}.ts",
      "operator/src/{values,upgrade}/**/*.ts",
      "facade/src/translate/**/*.ts",
      "runtime/src/status/*.ts",
      "crds/src/**/*.ts",
    ],
    ignores: ["**/*.test.ts"],
    rules: {
      "no-restricted-properties": [
        "error",
        { object: "Date", property: "now", message: "Pure file: take nowMs as a parameter." },
        {
          object: "Math",
          property: "random",
          message: "Pure file: take randomness as a parameter.",
        },
      ],
    },
  },
  {
    files: [
      "**/main.ts",
      "**/*-main.ts",
      "**/config.ts",
      "e2e/**/*.ts",
      "**/*.test.ts",
      "scripts/**/*.ts",
      "**/scripts/*.ts",
    ],
    rules: { "n/no-process-env": "off" },
  },
  {
    files: ["**/*.test.ts", "**/testing/**/*.ts", "e2e/**/*.ts"],
    rules: {
      "@typescript-eslint/no-dynamic-delete": "off",
      "@typescript-eslint/no-non-null-assertion": "off",
      complexity: "off",
      "max-params": "off",
    },
  },
);
