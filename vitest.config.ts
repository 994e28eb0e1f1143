import { defineConfig } from 'vitest/config';

const layers = ['spec', 'model', 'properties', 'search', 'mutants', 'targets', 'cli', 'api'];

/** Tests that put something else in the place of a module, which would be there for the next ones too. */
const replacing = ['cli/verify/engine.test.ts'];

export default defineConfig({
  test: {
    environment: 'node',
    setupFiles: ['vitest.setup.ts'],
    // Processes rather than threads: a loop that never ends can then be killed.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    allowOnly: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'all',
          include: layers.map((layer) => `${layer}/**/*.test.ts`),
          exclude: replacing,
          // The modules of the project are loaded once for each process, and not once for each file.
          isolate: false,
        },
      },
      { extends: true, test: { name: 'replacing', include: replacing, isolate: true } },
    ],
  },
});
