/** Traces: of the written shape, and each state is what the rules make of the one before it. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { expect, test } from 'vitest';
import { TransitionSystem } from '../../spec/transition-system.ts';
import type { Outcome } from '../../spec/transition-system.ts';
import { State } from '../../spec/state.ts';
import { profiles } from '../../spec/profiles/all.ts';
import { parseCounterexample } from '../../search/counterexamples/file.ts';
import type { Counterexample } from '../../search/counterexamples/file.ts';
import { callOf, cellsOf } from '../../search/export/itf/read.ts';
import { itfShape, tagged } from '../../search/export/itf/shape.ts';
import type { ItfTrace, ItfValue } from '../../search/export/itf/shape.ts';
import type { LeftOut } from '../../search/judge/counterexample.ts';
import { scopeNamed } from '../../search/scopes/suites.ts';
import { pvmSpec } from '../in-process.ts';
import { traceOf } from './trace.ts';

const traced = (name: string): ItfTrace => itfShape.parse(JSON.parse(traceOf(name).join('')));

const folder = 'counterexamples/rules';
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
const counterexampleIn = (file: string): Counterexample => {
  const read = parseCounterexample(readFileSync(file, 'utf8'));
  if (typeof read === 'string') throw new Error(`unreachable: ${file}: ${read}`);
  return read;
};

const answerOf = (outcome: Outcome): ItfValue =>
  outcome.kind === 'done' ? tagged('Done', outcome.answer) : tagged('Denied', outcome.error);

/** Where the states of a trace are not what the rules say, by number. */
function wrongStates({ profile, scope, without }: Counterexample, { states }: ItfTrace): number[] {
  const config = scopeNamed(scope)?.config;
  const by = profiles.get(profile);
  if (config === undefined || by === undefined) throw new Error(`unreachable: no ${profile}/${scope}`);
  const system = new TransitionSystem(by, config, without as LeftOut | undefined);
  return states.slice(1).flatMap((state, i) => {
    const before = states[i];
    if (before === undefined) return [];
    const from = new State(system.layout, Int32Array.from(cellsOf(system.layout, before)));
    const next = system.step(from, callOf(system, state));
    const right = { cells: [...next.state.cells], answer: answerOf(next.outcome) };
    const found = { cells: cellsOf(system.layout, state), answer: state['answer'] };
    return JSON.stringify(found) === JSON.stringify(right) ? [] : [i + 1];
  });
}

test('counterexamples of rules replay from their traces alone', () => {
  expect(files.length).toBeGreaterThan(150);
  for (const file of files.filter((_, i) => i % 4 === 0)) {
    const counterexample = counterexampleIn(join(folder, file));
    const trace = traced(join(folder, file));
    expect(trace.states.length).toBe(counterexample.calls.length + 1);
    expect(wrongStates(counterexample, trace), file).toEqual([]);
  }
});

test('a wrong number, argument or answer in a trace is seen', () => {
  const name = 'donate-free.a-page-has-no-owner';
  const file = join(folder, files.find((one) => basename(one, '.json') === name) ?? '');
  const wrong = (right: string | RegExp, by: string): number[] => {
    const text = traceOf(file).join('');
    expect(text.replace(right, by)).not.toBe(text);
    return wrongStates(counterexampleIn(file), itfShape.parse(JSON.parse(text.replace(right, by))));
  };
  expect(wrong(/("index":1.*?"host":\{"#map":\[\[0,)3/s, '$10')).toEqual([1, 2]);
  expect(wrong(/("index":2.*?"the_page":\{"tag":"Some","value":)1/s, '$10')).toEqual([2]);
  expect(wrong(/("index":2.*?"answer":)\{"tag":"Done","value":0\}/s, '$1{"tag":"Done","value":1}')).toEqual([2]);
});

test('a trace says under what it was made, and what breaks where', () => {
  expect(traced('donate-free.a-page-has-no-owner')['#meta'].description).toBe(
    'donate-free.a-page-has-no-owner: linux-7.3/pages without DONATE-FREE; at step 2 MEM-OWNED breaks: ' +
      'a page of memory is owned by the host, the hypervisor, a VM or the secure world',
  );
  expect(
    traced('counterexamples/boot/apex-exchanged.an-apex-is-exchanged-after-it-was-measured.json')['#meta'],
  ).toMatchObject({
    description: expect.stringContaining('avf-15/images with apex-exchanged; at step') as string,
  });
});

/** How many events there are in a recording, and how many of them its trace follows. */
function followed(file: string, trace: ItfTrace): { readonly of: number; readonly states: number } {
  const events = readFileSync(file, 'utf8').match(/"op": ?"/g) ?? [];
  return { of: events.length, states: trace.states.length - 1 };
}

test('a recording is followed to its end', () => {
  const file = 'targets/transcript/recorded/scenario-share-unshare.jsonl';
  const trace = traced(file);
  const { of, states } = followed(file, trace);
  expect(states).toBe(of);
  expect(trace['#meta']['rest']).toEqual({ host: 0, hyp: 3, owner: 0, word: 0 });
  const shared = trace.states.find(({ 'mbt::actionTaken': action }) => action === 'host_share_hyp');
  expect(shared).toMatchObject({
    host: { '#map': expect.arrayContaining([[0, 1]]) as unknown },
    hyp: { '#map': expect.arrayContaining([[0, 2]]) as unknown },
    answer: tagged('Done', 0),
    'mbt::nondetPicks': { page: tagged('Some', 'P0') },
  });
});

test('a recording is followed up to the first answer that the rules do not give', () => {
  const name = 'linux-7.2.the-vcpu-argument-is-ignored';
  const { of, states } = followed(`counterexamples/findings/${name}.json`, traced(name));
  expect(of).toBeGreaterThan(3);
  expect(states).toBe(of - 1);
});

test.each([
  [[], '--format itf needs the name or the file of a run'],
  [['donate-free', '--scope', 'pages'], '--format itf takes no --scope: its run names its profile and scope'],
  [
    ['no-poison'],
    /no-poison\..*\.json: a run of the reference model has no states of the rules; counterexamples in counterexamples\/rules, boot, inside, device and interrupts have/,
  ],
  [['targets/transcript/recorded'], 'cannot read targets/transcript/recorded: it is a folder'],
  [['README.md'], /^pvm-spec: README.md: expected a counterexample as JSON: /],
] as const)('what cannot be written is refused in one line: %j', async (args, problem) => {
  const { status, stderr, stdout } = await pvmSpec('export', '--format', 'itf', ...args);
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr.split('\n').length).toBe(2);
  if (typeof problem === 'string') expect(stderr).toBe(`pvm-spec: ${problem}\n`);
  else expect(stderr).toMatch(problem);
});
