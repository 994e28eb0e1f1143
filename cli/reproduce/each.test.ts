import { afterEach, expect, test, vi } from 'vitest';
import { MachineDied } from '../../targets/linux-pkvm/driver.ts';
import { SetupProblem } from '../../targets/linux-pkvm/packages.ts';
import { Refused } from '../output.ts';
import { worstOf } from './each.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** What came of each name, in order; and what was told. */
async function asked(...came: readonly (number | Error)[]): Promise<{ status: number; tried: string[]; told: string }> {
  const tell = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const tried: string[] = [];
  const status = await worstOf(
    came.map((_, i) => `finding-${i}`),
    (name) => {
      const one = came[tried.push(name) - 1] ?? 0;
      return typeof one === 'number' ? Promise.resolve(one) : Promise.reject(one);
    },
  );
  return { status, tried, told: tell.mock.calls.map(([text]) => String(text)).join('') };
}

test('each is tried, and the worst counts', async () => {
  expect(await asked(0, 0)).toMatchObject({ status: 0, told: '' });
  expect(await asked(1, 0)).toMatchObject({ status: 1, told: '' });
  const died = new MachineDied('the machine stopped', [], false);
  const all = await asked(new Refused('no such finding'), 0, new SetupProblem('no compiler'), 1, died);
  expect(all.status).toBe(2);
  expect(all.tried).toHaveLength(5);
  expect(all.told.split('\n')).toEqual([
    'pvm-spec: finding-0: could not be asked: no such finding',
    'pvm-spec: finding-2: could not be asked: no compiler',
    expect.stringMatching(/^pvm-spec: finding-4: could not be asked: .*the machine stopped/),
    '',
  ]);
});

test('what is no problem of a finding ends them all', async () => {
  await expect(asked(0, new TypeError('a mistake of ours'), 0)).rejects.toThrow('a mistake of ours');
});
