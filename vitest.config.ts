import { defineConfig } from 'vitest/config';

const layers = ['spec', 'model', 'properties', 'search', 'mutants', 'targets', 'cli', 'api'];

export default defineConfig({
  test: {
    environment: 'node',
    include: layers.map((layer) => `${layer}/**/*.test.ts`),
    setupFiles: ['vitest.setup.ts'],
    // Processes rather than threads: a loop that never ends can then be killed.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 30_000,
    allowOnly: false,
  },
});
