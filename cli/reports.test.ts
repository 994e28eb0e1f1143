/** Reports in the forms that pipelines take, each read again by what others made for that form. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { VerbosityLevel } from 'fast-check';
import type { Log, Result } from 'sarif';
import { Parser } from 'tap-parser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import { pvmSpec } from './in-process.ts';
import { sarif } from './sarif.ts';
import { writeWhole } from './save.ts';
import { tap } from './tap.ts';
import { version } from './version.ts';
import { asJunit, asSarif, asTap } from './verify/formats.ts';
import type { VerifyOptions, VerifyResult } from './verify/result.ts';
import { verify } from './verify/run.ts';

const root = join(import.meta.dirname, '..');

// Of draft 04, in which an id has another name; of what has changed since, the schema uses nothing.
const rules = Object.fromEntries(Object.entries(schema).filter(([name]) => name !== 'id' && name !== '$schema'));
const isSarif = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(rules);
const readSarif = (text: string): Log => {
  const log = JSON.parse(text) as Log;
  if (!isSarif(log)) throw new Error(JSON.stringify(isSarif.errors));
  return log;
};
const resultsIn = (text: string): readonly Result[] => readSarif(text).runs[0]?.results ?? [];

const options: VerifyOptions = {
  ...{ seed: 1, runs: 20, seconds: undefined, clause: undefined, check: undefined, path: undefined },
  profile: 'cids-forgetful',
  verbose: VerbosityLevel.None,
};
const watcher = { progress: () => undefined, finished: () => undefined, stopped: () => false };
let broken: VerifyResult;
let sound: VerifyResult;
let folder: string;
beforeAll(async () => {
  broken = await verify(options, watcher);
  sound = await verify({ ...options, profile: 'cids-cyclic', check: 'cids-cyclic/cids' }, watcher);
  folder = mkdtempSync(join(tmpdir(), 'pvm-reports-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('SARIF', () => {
  test('follows the schema, and names the tool with its version', () => {
    for (const result of [broken, sound]) {
      const [run] = readSarif(asSarif(result)).runs;
      expect(run?.tool.driver).toMatchObject({ name: 'pvm-spec', version });
      expect(run?.invocations).toEqual([{ executionSuccessful: true }]);
    }
    expect(resultsIn(asSarif(sound))).toEqual([]);
  });

  test('the schema refuses what is altered', () => {
    const log = readSarif(asSarif(broken));
    const [run] = log.runs;
    expect(isSarif({ ...log, version: '2.0.0' })).toBe(false);
    expect(isSarif({ ...log, runs: [{ ...run, tool: {} }] })).toBe(false);
    expect(isSarif({ ...log, runs: [{ ...run, results: [{ ruleId: 'MEM-PRIVATE' }] }] })).toBe(false);
    expect(isSarif({ ...log, runs: [{ ...run, results: [{ message: { text: '' }, level: 'bad' }] }] })).toBe(false);
  });

  test('each violation has its clause, a location for each call, its file, and the command that finds it', () => {
    const results = resultsIn(asSarif(broken)).filter(({ ruleId }) => ruleId !== 'not-reached');
    expect(results).toHaveLength(broken.violations.length);
    for (const { property, minimized, again } of broken.violations) {
      const result = results.find(({ ruleId }) => ruleId === property.clause);
      const flow = result?.codeFlows?.[0]?.threadFlows[0]?.locations ?? [];
      expect(flow.map(({ location }) => location?.logicalLocations?.[0]?.name)).toEqual(
        minimized.calls.map(({ call }) => call),
      );
      expect(flow.map(({ executionOrder }) => executionOrder)).toEqual(minimized.calls.map((__, i) => i + 1));
      expect(flow.at(-1)?.location?.message?.text).toMatch(/^\w+\(.*\) on CPU 0$/);
      expect(result?.message.text).toBe(property.statement);
      expect(result?.properties).toEqual({ again });
      expect(result?.locations?.[0]?.physicalLocation?.artifactLocation?.uri).toMatch(
        /^report\/cids-forgetful\.breaks-cid-[\w-]+\.[0-9a-f]{8}\.json$/,
      );
    }
  });

  test('each rule that is broken is listed once, with its text and where it stands', () => {
    const [run] = readSarif(asSarif(broken)).runs;
    const listed = run?.tool.driver.rules ?? [];
    expect(listed.find(({ id }) => id === 'CID-RESTART')).toMatchObject({
      shortDescription: { text: expect.stringContaining('MUST') as string },
      help: { text: expect.stringMatching(/docs\/spec\/\w+\.md#cid-restart\)$/) as string },
    });
    for (const { ruleId, ruleIndex = -1 } of run?.results ?? []) expect(listed[ruleIndex]?.id).toBe(ruleId);
    expect(new Set(listed.map(({ id }) => id)).size).toBe(listed.length);
  });

  test('what was not reached, and what a recording answers otherwise, are results too', () => {
    const unreached = broken.clauses.map((row) => ({ ...row, verdict: 'not reached' as const }));
    const [known] = sound.transcripts;
    const result: VerifyResult = {
      ...{ ...sound, clauses: unreached, violations: [], options },
      transcripts: [
        {
          ...(known ?? { header: undefined, events: 1, states: 0, cutOff: undefined }),
          file: 'targets/transcript/recorded/x.jsonl',
          differences: [],
          malformed: { line: 3, problem: 'expected JSON' },
        },
      ],
    };
    const results = resultsIn(asSarif(result));
    const ids = results.map(({ ruleId }) => ruleId);
    for (const { locations } of results)
      expect(locations?.[0]?.physicalLocation).toMatchObject({
        artifactLocation: { uri: expect.stringMatching(/^(docs|targets)\/[\w/-]+\.\w+$/) as string },
        region: { startLine: 1 },
      });
    expect(ids).toContain('transcript');
    expect(ids.filter((id) => id === 'not-reached').length).toBeGreaterThanOrEqual(unreached.length);
  });

  test('an interrupted run is not successful, and a name that is no clause is a rule all the same', () => {
    const problem = { rule: 'constructor', message: 'x', subject: 's', calls: [], file: 'docs/ci.md' };
    const [run] = readSarif(sarif({ problems: [problem], finished: false, properties: {} })).runs;
    expect(run?.tool.driver.rules).toEqual([{ id: 'constructor' }]);
    expect(run?.invocations?.[0]?.executionSuccessful).toBe(false);
    expect(run?.results?.[0]).not.toHaveProperty('codeFlows');
  });
});

describe('TAP', () => {
  const read = (text: string) => {
    const points = Parser.parse(text, { strict: true });
    expect(points.filter(([kind]) => kind === 'extra')).toEqual([]);
    const complete = points.find(([kind]) => kind === 'complete')?.[1] as { ok: boolean; count: number; fail: number };
    return { ...complete, text: JSON.stringify(points) };
  };

  test('counts what JUnit counts, and fails where it fails', () => {
    for (const result of [broken, sound]) {
      const [, tests, failures] = /<testsuites tests="(\d+)" failures="(\d+)">/.exec(asJunit(result)) ?? [];
      const { ok, count, fail } = read(asTap(result));
      expect({ count, fail }).toEqual({ count: Number(tests), fail: Number(failures) });
      expect(ok).toBe(failures === '0');
    }
  });

  test('a failure has its calls, and the run its seed and version', () => {
    const text = asTap(broken);
    expect(text).toMatch(/^TAP version 14\n# version: \d[\w.-]*\n# seed: 1\n/);
    expect(text).toMatch(/\nnot ok \d+ - clauses: CID-RESTART\n {2}---\n {2}message: "CID-RESTART is broken: /);
    expect(text).toMatch(/\n {4}- " {2}restart_service\(\) on CPU 0"\n/);
  });

  test('no name and no problem is read as anything else', () => {
    const name = 'a # TODO \\ name\nnot ok 7 - in two lines';
    const problem = '...\nnot ok 8 "quoted" # SKIP\n  ---\n\u2028';
    const { ok, count, fail, text } = read(
      tap([
        { suite: 's', name, problem },
        { suite: 's', name, skipped: 'why # not' },
      ]),
    );
    expect({ ok, count, fail }).toEqual({ ok: false, count: 2, fail: 1 });
    expect(text).toContain('"skip":"why # not"');
  });
});

test('no report has a path of this machine, or anything but the run in it', () => {
  for (const text of [asSarif(broken), asTap(broken), asJunit(broken)]) expect(text).not.toContain(root);
});

describe('a file', () => {
  const files = (): string[] => readdirSync(folder).sort();

  test('is written for each form that is asked for', async () => {
    const given = ['json', 'junit', 'tap', 'sarif'].flatMap((form) => [`--${form}`, join(folder, `verify.${form}`)]);
    const words = ['--profile', 'cids-cyclic', '--check', 'cids-cyclic/cids', '--seed', '1', '--runs', '20'];
    const { status } = await pvmSpec('verify', ...words, '--jobs', '1', ...given);
    expect(status).toBe(0);
    expect(files()).toEqual(['verify.json', 'verify.junit', 'verify.sarif', 'verify.tap']);
    expect(resultsIn(readFileSync(join(folder, 'verify.sarif'), 'utf8'))).toEqual([]);
    expect(JSON.parse(readFileSync(join(folder, 'verify.json'), 'utf8'))).toMatchObject({ tool: version });
  });

  test('is not shared by two forms', async () => {
    for (const command of [['verify'], ['hunt', '--target', 'stdio:true'], ['merge', folder]]) {
      const { status, stderr } = await pvmSpec(...command, '--tap', 'same', '--sarif', 'same');
      expect([status, stderr]).toEqual([2, 'pvm-spec: --tap and --sarif cannot both write same\n']);
    }
  });

  test('is there whole, or as it was before, also behind a link', () => {
    const [file, link, other] = ['whole', 'link', 'folder'].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    writeFileSync(file, 'before');
    symlinkSync(file, link);
    writeWhole(link, 'after');
    expect(readFileSync(file, 'utf8')).toBe('after');
    // What stands in the way of the part that is written first keeps the file from being touched.
    mkdirSync(`${file}.${process.pid}.part`);
    expect(() => {
      writeWhole(file, 'half');
    }).toThrow();
    expect(readFileSync(file, 'utf8')).toBe('after');
    expect(() => {
      writeWhole(join(other, 'none', 'file'), 'x');
    }).toThrow();
    expect(files()).not.toContain('folder');
  });

  test('may be what is no file', () => {
    expect(() => {
      writeWhole('/dev/null', 'x');
    }).not.toThrow();
  });
});
