import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** What each layer may import from the others. `types` means: types, never a value. */
const LAYERS = {
  spec: {},
  model: { spec: 'types' },
  properties: { spec: 'all', model: 'all' },
  search: { spec: 'all', model: 'all', properties: 'all', targets: 'types' },
  mutants: { spec: 'all', model: 'all', properties: 'all', search: 'all' },
  targets: { spec: 'types' },
  cli: { spec: 'all', model: 'all', properties: 'all', search: 'all', mutants: 'all', targets: 'all' },
  api: { spec: 'all', model: 'all', properties: 'all', search: 'all', targets: 'all' },
};

const TESTS = '**/*.test.ts';

/** An upward path into another layer, such as '../../model/machine.ts'. */
const into = (layer) => `^(\\.\\./)+${layer}(/|$)`;

const forbiddenImports = (layer) =>
  Object.keys(LAYERS)
    .filter((other) => other !== layer && LAYERS[layer][other] !== 'all')
    .map((other) =>
      LAYERS[layer][other] === 'types'
        ? { regex: into(other), allowTypeImports: true, message: `${layer} may import only types from ${other}.` }
        : { regex: into(other), message: `${layer} may not import ${other}.` },
    );

const importRule = (patterns) => ({ '@typescript-eslint/no-restricted-imports': ['error', { patterns }] });

const layerRules = (layer) => ({
  name: `layers/${layer}`,
  files: [`${layer}/**/*.ts`],
  rules: importRule(forbiddenImports(layer)),
});

/** In spec and model also code from outside, for tests may need what the code may not. */
const pureRules = (layer, ...outside) => ({
  name: `pure/${layer}`,
  files: [`${layer}/**/*.ts`],
  ignores: [TESTS],
  rules: {
    ...importRule([...forbiddenImports(layer), ...outside]),
    'no-restricted-globals': [
      'error',
      ...[
        'process',
        'console',
        'Date',
        'performance',
        'crypto',
        'fetch',
        'setTimeout',
        'setInterval',
        'globalThis',
      ].map((name) => ({ name, message: `${layer} is pure: no clock, no randomness, no input or output.` })),
    ],
  },
});

const BANNED_SYNTAX = [
  { selector: 'ExportAllDeclaration', message: 'No barrels: import from the file that defines it.' },
];

/** The command line alone may load other layers when it needs them, for it may import them all. */
const BANNED_OUTSIDE_CLI = [
  {
    selector: 'ImportExpression[source.value=/^\\.\\.\\//]',
    message: 'Import other layers by a plain import, so that the layer rules see it.',
  },
];

const BANNED_IN_TESTS = ['object.name', 'object.object.name'].map((root) => ({
  selector: `MemberExpression[${root}=/^(test|it|describe|suite)$/][property.name=/^(only|skip|todo)$/]`,
  message: 'A committed test runs, and so do its neighbours.',
}));

const RANDOMNESS = {
  object: 'Math',
  property: 'random',
  message: 'Draw from the seeded generator, so that a run can be repeated.',
};

export default defineConfig(
  // An example is a package of its own, which the test of the package compiles.
  globalIgnores(['**/node_modules/', '**/dist/', '.cache/', 'coverage/', 'report/', 'examples/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts', 'api/build/*.mjs'],
    extends: [tseslint.configs.base],
    rules: {
      'no-restricted-properties': ['error', RANDOMNESS],
      'no-restricted-syntax': ['error', ...BANNED_SYNTAX, ...BANNED_OUTSIDE_CLI],
    },
  },
  {
    files: ['cli/**/*.ts'],
    rules: { 'no-restricted-syntax': ['error', ...BANNED_SYNTAX] },
  },
  ...Object.keys(LAYERS).map(layerRules),
  pureRules('spec', { regex: '^[^.]', message: 'spec imports only itself.' }),
  pureRules(
    'model',
    { regex: '^node:', message: 'model is pure: no input or output.' },
    // why: real bytes need real cryptography and formats, and these libraries compute and do nothing else.
    {
      regex: '^(?!node:|\\.|@noble/|@peculiar/asn1-|cbor-x$)',
      message: 'model needs no library but those for cryptography, CBOR and ASN.1.',
    },
  ),
  {
    files: [TESTS],
    rules: { 'no-restricted-syntax': ['error', ...BANNED_SYNTAX, ...BANNED_IN_TESTS] },
  },
);
