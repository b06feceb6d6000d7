import eslint from "@eslint/js";
import tseslint from "typescript-eslint";

/** The ways by which text becomes markup: what a model's file says must never go them. */
const markup = [
  { property: "innerHTML" },
  { property: "outerHTML" },
  { property: "insertAdjacentHTML" },
  { property: "createContextualFragment" },
  { property: "setHTMLUnsafe" },
  { object: "document", property: "write" },
];

export default tseslint.config(
  { ignores: ["dist", "artifacts", ".cache", "**/node_modules", "test/fixtures", "src/engine/*/index.ts"] },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  eslint.configs.recommended,
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "no-undef": "off", // the compiler's part
      "no-control-regex": "off", // file formats begin with them
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "inline-type-imports" }],
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      "@typescript-eslint/prefer-readonly": "error",
      "@typescript-eslint/no-unused-vars": "off", // the compiler's part, too
      // Values that come from a file or a wire are described by the reader's own words.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
      // Handlers and rules are plain functions in tables; taking one out of its table is what tables are for.
      "@typescript-eslint/unbound-method": "off",
      // A generator or a handler may have nothing to wait for and still be asynchronous by contract.
      "@typescript-eslint/require-await": "off",
    },
  },
  {
    files: ["webview/**/*.ts"],
    rules: {
      "no-restricted-properties": [
        "error",
        ...markup.map((way) => ({ ...way, message: "Build elements and set textContent instead." })),
      ],
    },
  },
  {
    files: ["test/**/*.ts"],
    // Fixtures are JSON, whose shape a test asserts by using it.
    rules: {
      "@typescript-eslint/no-unsafe-argument": "off",
      "@typescript-eslint/no-unsafe-assignment": "off",
      "@typescript-eslint/no-unsafe-member-access": "off",
      "@typescript-eslint/no-unsafe-return": "off",
    },
  },
  {
    files: ["**/*.mjs", "**/*.cjs"],
    languageOptions: {
      globals: Object.fromEntries(
        [
          "console",
          "fetch",
          "performance",
          "process",
          "setTimeout",
          "clearTimeout",
          "Buffer",
          "URL",
          "URLSearchParams",
        ].map((name) => [name, "readonly"]),
      ),
    },
  },
  {
    files: ["**/*.cjs"],
    languageOptions: {
      sourceType: "commonjs",
      globals: { module: "writable", exports: "writable", require: "readonly" },
    },
  },
);
