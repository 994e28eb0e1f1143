import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const layers = ['spec', 'model', 'properties', 'search', 'mutants', 'targets', 'cli', 'api'];
/** Programs of others at work: solvers, model checkers, a browser, schedulers, compilers, and npm on the package. */
const outside = layers.map((layer) => `${layer}/**/*.outside.test.ts`);
const tests = layers.flatMap((layer) =>
  readdirSync(join(import.meta.dirname, layer), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => `${layer}/${file}`),
);

/** Put something else in the place of a module, which would then be there for the tests of other files too. */
const replacing = tests.filter((file) =>
  /\bvi\.(do)?mock\(/i.test(readFileSync(join(import.meta.dirname, file), 'utf8')),
);

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
      // why: a process loads the modules of the project once, and not once for each file.
      {
        extends: true,
        test: {
          name: 'sharing',
          include: layers.map((layer) => `${layer}/**/*.test.ts`),
          exclude: [...outside, ...replacing],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'apart', include: replacing, isolate: true } },
      { extends: true, test: { name: 'outside', include: outside, isolate: false } },
    ],
  },
});
