import { VerbosityLevel } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clauses } from '../../spec/clauses.generated.ts';
import { profiles } from '../../spec/profiles/all.ts';
import { asJson, asJunit } from './formats.ts';
import { missedBy } from './result.ts';
import type { VerifyOptions, VerifyResult, Watcher } from './result.ts';
import { unreachable } from './rules.ts';
import { verify } from './run.ts';
import { summary } from './text.ts';

const some: VerifyOptions = {
  seed: 1,
  runs: 20,
  seconds: undefined,
  profile: 'cids-forgetful',
  clause: undefined,
  check: undefined,
  path: undefined,
  verbose: VerbosityLevel.None,
};
const watcher: Watcher = { progress: () => undefined, finished: () => undefined, stopped: () => false };
const run = (more: Partial<VerifyOptions> = {}): Promise<VerifyResult> => verify({ ...some, ...more }, watcher);
const brokenIn = ({ clauses: rows }: VerifyResult): string[] =>
  rows.flatMap(({ clause, verdict }) => (verdict === 'broken' ? [clause] : [])).sort();

describe('a run goes on after a violation', () => {
  test.each([1, 2, 3, 4])('and lists all clauses that break, with seed %i', async (seed) => {
    const result = await run({ seed });
    expect(brokenIn(result)).toEqual(['CID-NO-REUSE', 'CID-RESTART']);
  });

  test('and judges the others in as many sequences as where nothing breaks', async () => {
    const row = (result: VerifyResult) => result.clauses.find(({ clause }) => clause === 'CID-LIVE-UNIQUE');
    const [faulty, sound] = [row(await run()), row(await run({ profile: 'cids-cyclic' }))];
    expect(faulty?.calls).toBeGreaterThanOrEqual(sound?.calls ?? Infinity);
  });

  test('each is found again by the command that is printed for it', async () => {
    const { violations } = await run();
    expect(violations).toHaveLength(2);
    for (const { again, minimized } of violations) {
      const flag = (name: string): string | undefined => new RegExp(`--${name} (\\S+)`).exec(again)?.[1];
      const asked = { clause: flag('clause'), check: flag('check'), path: flag('path'), seed: Number(flag('seed')) };
      const result = await run({ ...asked, runs: 1000 });
      expect(result.violations.map((one) => one.minimized.calls)).toEqual([minimized.calls]);
    }
  });

  test('but not where a path leads to one violation', async () => {
    expect((await run({ check: 'cids-forgetful/cids', path: '0' })).violations.length).toBeLessThanOrEqual(1);
  });
});

describe('a report for build servers', () => {
  test('says of a clause that is broken: the calls, the seed, the time, the file, the command', async () => {
    const text = asJunit(await run());
    const [, body = ''] = /name="CID-RESTART" time="\d+\.\d{3}"><failure [^>]*>([^<]*)<\/failure>/.exec(text) ?? [];
    expect(body).toMatch(/^CID-RESTART is broken: [\d]+ calls, seed 1, \d+\.\d s\n/);
    expect(body).toMatch(/\n {2}allocate_cid\(.*\n/);
    expect(body).toMatch(/\nfile: report\/cids-forgetful\.breaks-cid-restart\.[0-9a-f]{8}\.json\n/);
    expect(body).toContain('\nagain: npm run verify -- --seed 1 --profile cids-forgetful --check cids-forgetful/cids ');
    expect(text).toContain('<property name="seed" value="1"/>');
    expect(text).toMatch(/name="android" time="\d/);
  });

  test('fails exactly where the exit status does', async () => {
    for (const profile of ['cids-forgetful', 'cids-strict', 'avf-13']) {
      const result = await run({ profile, runs: 2 });
      const fails = brokenIn(result).length > 0 || missedBy(result).length > 0;
      expect(asJunit(result).includes('<failure'), profile).toBe(fails);
    }
  });

  test('has what is not applicable as skipped, and no word on what was not looked for', async () => {
    const text = asJunit(await run({ clause: 'CID-RANGE', profile: 'cids-strict' }));
    expect(text).not.toContain('every guard is reached');
    expect(asJunit(await run({ profile: 'linux-6.12' }))).toContain('<skipped message="not applicable in 0 calls"/>');
  });

  test('as JSON it names what was missed, and the command for each violation', async () => {
    const result = await run();
    const report = JSON.parse(asJson(result)) as { missed: string[]; violations: { again: string }[] };
    expect(report.missed).toEqual(missedBy(result));
    expect(report.violations.map(({ again }) => again)).toEqual(result.violations.map(({ again }) => again));
  });
});

describe('what was not reached fails a run', () => {
  const unreached: VerifyResult['clauses'][number] = {
    ...{ clause: 'MEM-WIPE', kinds: ['each'], runs: 1, calls: 1, subjects: 0 },
    verdict: 'not reached',
  };
  const held = { ...unreached, clause: 'MEM-LEGAL', subjects: 1, verdict: 'holds' } as const;
  const other = { ...held, clause: 'CID-WRAP', verdict: 'not applicable' } as const;

  test.each<[string, Partial<VerifyOptions>, VerifyResult['clauses'], string[]]>([
    ['of everything, under any profile', {}, [held, unreached], ['MEM-WIPE', 'a hole']],
    ['of everything, if no profile is named', { profile: undefined }, [held, unreached], ['MEM-WIPE', 'a hole']],
    ['for one clause', { clause: 'MEM-WIPE' }, [unreached], ['MEM-WIPE', 'a hole']],
    ['for one check, where that reached nothing', { check: 'x' }, [unreached, other], ['MEM-WIPE']],
    ['but not for one check that reached something', { check: 'x' }, [held, unreached], []],
    ['and not for one sequence', { check: 'x', path: '0' }, [unreached], []],
  ])('%s', async (_, options, rows, missed) => {
    const result = await run({ runs: 1 });
    const asked = { ...result, options: { ...some, ...options }, clauses: rows, holes: ['a hole'] };
    expect(missedBy(asked)).toEqual(missed);
  });

  test('a short run says so', async () => {
    const result = await run({ profile: 'avf-13', runs: 1, check: undefined });
    const short = { ...result, holes: ['avf-13: some_call: SOME-GUARD'] };
    expect(summary(short).join('\n')).toMatch(/not reached that ha(?:s|ve) to be: exit status 1/);
  });

  test('a guard is excused only if it is one, for a reason', () => {
    for (const [hole, reason] of Object.entries(unreachable)) {
      const [profile = '', call = '', clause = ''] = hole.split(': ');
      expect(
        profiles
          .get(profile)
          ?.rules.get(call)
          ?.guards.map((guard) => guard.clause),
      ).toContain(clause);
      expect(profiles.get(profile)?.rules.has('force_reclaim_guest_page')).toBe(false);
      expect(Object.keys(clauses)).toContain(clause);
      expect(reason).not.toBe('');
    }
  });
});

describe('of two limits, the one that ended the run is named:', () => {
  const said = (result: VerifyResult): string | undefined =>
    summary(result).find((line) => line.startsWith('ended by'));

  test('the runs', async () => {
    expect(said(await run({ profile: 'cids-cyclic', runs: 5, seconds: 100 }))).toBe('ended by --runs');
  });
  test('the time', async () => {
    expect(said(await run({ profile: 'avf-15', runs: 1e6, seconds: 0.2 }))).toBe('ended by --time, in boot, instance');
  });
  test('and where there is one limit, nothing is said', async () => {
    expect(said(await run({ profile: 'cids-cyclic', runs: 5 }))).toBeUndefined();
  });
  test('both are in the command that does it again', async () => {
    const result = await run({ profile: 'cids-cyclic', runs: 5, seconds: 100 });
    expect(summary(result).at(-1)).toContain('npm run verify -- --seed 1 --runs 5 --time 100 --profile cids-cyclic');
  });
});
