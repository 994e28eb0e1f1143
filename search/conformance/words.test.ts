import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { TransitionSystem } from '../../spec/transition-system.ts';
import type { CompiledRule } from '../../spec/transition-system.ts';
import { profiles } from '../../spec/profiles/all.ts';
import { argsLength } from '../../spec/language/run.ts';
import type { Question } from '../../spec/target.ts';
import type { TranscriptHeader } from '../../spec/transcript.ts';
import { callOf, fieldsOf } from './calls.ts';
import { Survey, transcriptConfig } from './survey.ts';
import { answerFields } from './expected.ts';
import { questionOf } from './write.ts';

const header: TranscriptHeader = {
  target: { hypervisor: 'none', release: '1', machine: 'none', mode: 'none' },
  profile: 'linux-7.3',
  pages: ['P0'],
  blocks: {},
  specialPages: {},
};
const survey = new Survey();
survey.gfns.add(0);
const { config, names } = transcriptConfig(header, survey);
const wording = { config, names, choices: { below: () => 0, word: () => '0x1' }, vmName: () => 'VM0' };

const calls = [...profiles].flatMap(([name, profile]) => {
  const system = new TransitionSystem(profile, config);
  // Of what was never run there is nothing to write down.
  const isTold = (name.startsWith('linux-') && profile.readOnly === undefined) || name === 'ownership';
  return isTold ? [...system.rules.values()].map((rule) => ({ name, system, rule, call: rule.rule.call })) : [];
});

function written(system: TransitionSystem, rule: CompiledRule, given: readonly number[]): Question {
  const args = new Int32Array(argsLength);
  system.bind(rule, { call: rule.rule.call, cpu: 0, args: given }, args);
  return questionOf(rule, args, wording);
}

/** The arguments, written as the fields of an event and read again. */
function writtenAndRead(system: TransitionSystem, rule: CompiledRule, given: readonly number[]): readonly number[] {
  return callOf(written(system, rule, given), rule, names, () => given[rule.names.indexOf('value')] ?? 0).args;
}

describe('a transcript has a field for every parameter', () => {
  test.each(calls)('of $call in $name', ({ system, rule }) => {
    const given = Object.values(rule.rule.parameters).map(({ values }) => values(config)[0] ?? 0);
    expect(writtenAndRead(system, rule, given)).toEqual(given);
  });
});

describe('what the page of the protocol says of arguments', () => {
  test.each(calls)('is what is sent for $call in $name', ({ system, rule }) => {
    const given = Object.values(rule.rule.parameters).map(({ values }) => values(config)[0] ?? 0);
    const { args } = written(system, rule, given);
    const fields = fieldsOf(rule.rule);
    const isAlike = (type: string, value: unknown): boolean => type.includes(value === null ? 'null' : typeof value);
    // The arguments of a call by its number are no parameters of the spec.
    const unsaid = Object.keys(args).filter((name) => name !== 'args' && !fields.some((field) => field.name === name));
    const unsent = fields.filter(({ name, optional }) => optional !== true && !(name in args));
    const untrue = fields.filter(({ name, type }) => name in args && !isAlike(type, args[name]));
    expect({ unsaid, unsent, untrue }).toEqual({ unsaid: [], unsent: [], untrue: [] });
  });
});

test('every field that a recording answers is on the page', () => {
  const folder = new URL('../../targets/transcript/recorded/', import.meta.url);
  const files = readdirSync(folder).filter((file) => file.endsWith('.jsonl'));
  const lines = files.flatMap((file) => readFileSync(new URL(file, folder), 'utf8').trim().split('\n').slice(1));
  const answered = new Set(lines.flatMap((line) => Object.keys(JSON.parse(line) as object)));
  const known = [...Object.keys(answerFields), 'i', 'op', 'args', 'message', 'state', 'otherPagesChanged'];
  expect([...answered].filter((field) => !known.includes(field))).toEqual([]);
  expect(Object.keys(answerFields).filter((field) => !answered.has(field))).toEqual(['problem']);
});
