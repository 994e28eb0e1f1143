/** Recordings that are gone on from: the same calls in a scope of their own, and what has no place in it. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { judge, parseFinding } from '../../search/counterexamples/finding.ts';
import type { Recording } from '../../search/counterexamples/finding.ts';
import { parseHeader, parseLine } from '../../targets/transcript/read.ts';
import type { TranscriptEvent, TranscriptHeader } from '../../spec/transcript.ts';
import { askedIn, fragmentOf, usual } from './asked.ts';
import { besideOf } from './beside.ts';
import { continued } from './continued.ts';
import type { Continued } from './continued.ts';
import { offersOf } from './offers.ts';
import { changed, opened } from './opened.ts';
import type { Opened } from './opened.ts';
import type { World } from './world.ts';

const root = join(import.meta.dirname, '../..');

function recordingsOf(name: string): readonly Recording[] {
  const found = parseFinding(readFileSync(join(root, 'counterexamples/findings', name), 'utf8'));
  if (typeof found === 'string') throw new Error(found);
  return found.recordings;
}

function transcript(name: string): [Recording, TranscriptHeader] {
  const file = join(root, 'targets/transcript/recorded', `${name}.jsonl`);
  const [first = '', ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
  const header = parseHeader(first);
  const read = lines.map((line, i) => parseLine(i + 2, line));
  const calls = read.filter((line): line is TranscriptEvent => 'op' in line);
  return [{ target: header.target, profile: header.profile, calls } as unknown as Recording, header];
}

function goOn(recording: Recording, header?: TranscriptHeader): Continued {
  const found = continued(recording, header);
  if (typeof found === 'string') throw new Error(found);
  return found;
}

/** As the page opens it, from its address. */
function opening({ asked }: Continued): Opened {
  const found = opened(askedIn(fragmentOf(asked)) as typeof asked);
  if (typeof found === 'string') throw new Error(found);
  return found;
}

/** By what each call was refused, if it was. */
const refusals = ({ ran }: Opened): (string | undefined)[] =>
  ran.steps.map(({ outcome }) => (outcome.kind === 'denied' ? outcome.clause : undefined));

describe('a recording', () => {
  const findings = readdirSync(join(root, 'counterexamples/findings'));

  test('of any finding is gone on from: each call is refused by what refused it, or by nothing', () => {
    expect(findings.length).toBeGreaterThan(15);
    for (const name of findings) {
      for (const recording of recordingsOf(name).slice(0, 1)) {
        const found = goOn(recording);
        const judged = judge({ ...recording, states: undefined });
        const known = judged.filter(({ isUnknown }) => isUnknown !== true);
        expect(found.ends === undefined, name).toBe(known.length === judged.length);
        expect(refusals(opening(found)), name).toEqual(known.map(({ clause }) => clause));
      }
    }
  });

  test.each(['scenario-memcache-exhaustion', 'scenario-teardown-leaks'])(
    '%s is so too, and calls can be made behind it',
    (name) => {
      const [recording, header] = transcript(name);
      const now = opening(goOn(recording, header));
      expect(refusals(now)).toEqual(judge(recording, undefined, header).map(({ clause }) => clause));
      const offers = offersOf(now);
      expect(offers.map(({ call }) => call)).toEqual([...now.place.profile.rules.keys()]);
      expect(offers.filter(({ ends }) => ends.some(({ answer }) => answer === 'done')).length).toBeGreaterThan(5);
    },
  );

  test('of hundreds of pages lists what can be called without asking about every pair of them', () => {
    const [recording, header] = transcript('random-7.3.4-seed1');
    const now = opening(goOn({ ...recording, calls: recording.calls.slice(0, 100) }, header));
    const { config, rules } = now.place.system;
    let asked = 0;
    for (const { conditions } of rules.values())
      conditions.forEach((holds, i) => {
        (conditions as (typeof holds)[])[i] = (state, args) => {
          asked++;
          return holds(state, args);
        };
      });
    offersOf(now);
    expect(asked).toBeGreaterThan(10_000);
    expect(asked).toBeLessThan(config.pages.length ** 2 / 4);
  });

  test('names what its calls name: a block of 2 MiB only where one is named', () => {
    const [plain, block] = ['linux-7.3.numbers-alias', 'linux-7.3.a-misaligned-root-stops-the-machine'].map(
      (name) => goOn(recordingsOf(`${name}.json`)[0] as Recording).asked.world,
    );
    expect(Object.keys(plain?.blocks ?? {})).not.toContain('B0');
    expect(Object.keys(block?.blocks ?? {})).toContain('B0');
  });

  const [first, ...rest] = recordingsOf('linux-7.3.numbers-alias.json');
  const [call] = first?.calls ?? [];
  if (first === undefined || call === undefined) throw new Error('unreachable: a finding has calls');
  const ending = (op: string, args: Recording['calls'][number]['args']): Recording => ({
    ...first,
    calls: [call, { ...call, op, args }, ...first.calls],
  });

  test.each([
    [ending('no_such_call', {}), 'linux-7.3 has no call no_such_call'],
    [ending('host_share_hyp', { page: 'Q9' }), 'the header declares no page Q9'],
    [ending('host_share_hyp', { page: 'P0', other: 1 }), 'host_share_hyp has no argument other; it takes page, offset'],
  ])('that has a call without a place there is gone on from up to it', (recording, why) => {
    const found = goOn(recording);
    expect(found.asked.calls).toHaveLength(1);
    expect(found.ends).toContain(why.split(';')[0]);
    expect(found.ends).not.toContain('\n');
    expect(opening(found).ran.steps).toHaveLength(1);
  });

  test('calls its VMs by the order in which they are reserved, also where an entry is given again', () => {
    const made = (op: string, vm?: string, handle?: number): Recording['calls'][number] => ({
      ...{ op, answer: {} },
      args: vm === undefined || handle === undefined ? {} : { vm, handle },
    });
    const again = [made('reserve_vm'), made('unreserve_vm', 'VM0', 0x1000), made('reserve_vm'), made('reserve_vm')];
    const { asked } = goOn({ ...first, calls: [...again, made('unreserve_vm', 'VM2', 0x1001)] });
    expect(asked.calls.map(({ args }) => args['vm'])).toEqual([undefined, 'VM0', undefined, undefined, 'VM2']);
    expect(refusals(opening({ asked, ends: undefined }))).toEqual(Array(5).fill(undefined));
  });

  test('of too many calls is gone on from up to the last that an address holds', () => {
    const found = goOn({ ...first, calls: Array.from({ length: 1001 }, () => call) });
    expect(found).toMatchObject({ ends: '1000 calls are the most' });
    expect(found.asked.calls).toHaveLength(1000);
  });

  test('whose profile has names of its own for VMs is not gone on from', () => {
    expect(rest.length).toBeGreaterThan(0);
    const none = continued({ ...first, profile: 'ownership' });
    expect(none).toBe("ownership compares ownership alone, and its VMs have names of the host's");
  });

  test('stays what it is under another release, and is left with its scope', () => {
    const { asked } = goOn(first);
    const other = changed(asked, { profile: 'linux-7.2' });
    expect(other).toMatchObject({ asked: { profile: 'linux-7.2', scope: 'recorded', calls: asked.calls }, note: '' });
    const left = changed(asked, { scope: 'pages' });
    expect(left.asked).toMatchObject({ scope: 'pages', calls: [], world: undefined });
    expect(left.note).toContain('the calls, which cannot be made there, are gone');
    const beside = besideOf(opening({ asked, ends: undefined }), 'linux-7.2');
    expect(beside).toMatchObject({ profile: 'linux-7.2' });
  });
});

describe('an address with a world', () => {
  const { world } = goOn(recordingsOf('linux-7.3.numbers-alias.json')[0] as Recording).asked;
  const withWorld = (text: string): string => `v=1&profile=linux-7.3&scope=recorded&world=${encodeURIComponent(text)}`;

  const unread: readonly (readonly [world: string, why: string])[] = [
    ['{', 'its world is not JSON'],
    ['{}', 'its world is none, at pages: '],
    [JSON.stringify({ ...world, slots: 1e9 }), 'its world is none, at slots: '],
    [
      JSON.stringify({ ...world, blocks: { B0: 2000, B1: 2000 } }),
      'its world is none, at its start: expected no more than',
    ],
    [JSON.stringify({ ...world, passed: { 'list length': [4096] } }), 'expected no list of more than 512 pages'],
    [JSON.stringify({ ...world, other: 1 }), 'its world is none, at its start: '],
    [JSON.stringify({ ...world, gfns: [0.5] }), 'its world is none, at gfns.0: expected a whole number'],
    [JSON.stringify({ ...world, gfns: [2 ** 65] }), 'its world is none, at gfns.0: '],
    [JSON.stringify({ ...world, code: 2 ** 65 }), 'its world is none, at code: '],
    [JSON.stringify({ ...world, vcpus: 513 }), 'its world is none, at vcpus: '],
    [
      JSON.stringify({ ...world, pages: ['P0\nP1'] }),
      'its world is none, at pages.0: expected a name that can be seen',
    ],
    ...['blocks', 'sizes', 'passed'].map((what): readonly [string, string] => [
      JSON.stringify({
        ...world,
        [what]: Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`N${i}`, what === 'passed' ? [] : 0])),
      }),
      `its world is none, at ${what}: expected no more than 64 names`,
    ]),
    [`{"pages":${'['.repeat(1000)}${']'.repeat(1000)}}`, 'its world is none, at pages.0: '],
  ];
  test.each(unread.map(([text, why]) => [why, text]))('is refused in one line: %s', (why, text = '') => {
    expect(askedIn(withWorld(text))).toMatch(/^the address cannot be read: its world [^\n]*$/);
    expect(askedIn(withWorld(text))).toContain(why);
  });

  test.each([
    [
      'a state',
      { vcpus: 512, slots: 255 },
      [],
      /^the world is too large: its state has \d+ numbers, and 250000 are the most$/,
    ],
    [
      'the states',
      { blocks: { B0: 2048 }, vcpus: 1, slots: 255 },
      Array(1000).fill({ call: 'reserve_vm', cpu: 0, args: {} }),
      /^the world is too large for 1000 calls: \d+ numbers are to be kept, and 50000000 are the most$/,
    ],
  ] as const)('of which %s would be too large is not opened', (_, change, calls, why) => {
    const large = { ...usual, scope: 'recorded', world: { ...(world as World), ...change }, calls };
    expect(opened(askedIn(fragmentOf(large)) as typeof large)).toMatch(why);
  });

  test('without one, the scope of a recording is not there', () => {
    expect(opened({ ...usual, scope: 'recorded' })).toBe('no scope recorded');
  });
});
