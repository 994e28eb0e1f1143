import { expect, test } from 'vitest';
import { VerbosityLevel } from 'fast-check';
import type { VerifyOptions, Watcher } from './result.ts';
import { againAt } from './result.ts';
import { verify } from './run.ts';

const options: VerifyOptions = {
  seed: 1,
  runs: 50,
  seconds: undefined,
  profile: 'linux-6.1',
  clause: undefined,
  check: undefined,
  path: undefined,
  verbose: VerbosityLevel.None,
};
const watcher: Watcher = { progress: () => undefined, finished: () => undefined, stopped: () => false };

test('what a run finds is found again by its seed, and at once by the path that it prints', async () => {
  const { violations } = await verify(options, watcher);
  expect(violations.map(({ check }) => check)).toContain('linux-6.1/lifecycle');
  for (const { check, minimized } of violations) {
    const { path } = minimized;
    expect(againAt(check, options, path)).toContain(`--seed 1 --profile linux-6.1 --check ${check} --path ${path}`);
    const again = await verify({ ...options, check, path }, watcher);
    expect(again.violations).toMatchObject([{ check, minimized: { calls: minimized.calls, path } }]);
    expect(again.chapters[0]?.runs).toBeLessThanOrEqual(Number(path.split(':')[0]) + 1);
  }
});
