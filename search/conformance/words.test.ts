import { describe, expect, test } from 'vitest';
import { TransitionSystem } from '../../spec/transition-system.ts';
import type { CompiledRule } from '../../spec/transition-system.ts';
import { profiles } from '../../spec/profiles/all.ts';
import { argsLength } from '../../spec/language/run.ts';
import type { TranscriptHeader } from '../../spec/transcript.ts';
import { callOf } from './calls.ts';
import { Survey, transcriptConfig } from './survey.ts';
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
  const isOfLinux = name.startsWith('linux-');
  return isOfLinux ? [...system.rules.values()].map((rule) => ({ name, system, rule, call: rule.rule.call })) : [];
});

/** The arguments, written as the fields of an event and read again. */
function writtenAndRead(system: TransitionSystem, rule: CompiledRule, given: readonly number[]): readonly number[] {
  const args = new Int32Array(argsLength);
  system.bind(rule, { call: rule.rule.call, cpu: 0, args: given }, args);
  const question = questionOf(rule, args, wording);
  return callOf(question, rule, names, () => given[rule.names.indexOf('value')] ?? 0).args;
}

describe('a transcript has a field for every parameter', () => {
  test.each(calls)('of $call in $name', ({ system, rule }) => {
    const given = Object.values(rule.rule.parameters).map(({ values }) => values(config)[0] ?? 0);
    expect(writtenAndRead(system, rule, given)).toEqual(given);
  });
});
