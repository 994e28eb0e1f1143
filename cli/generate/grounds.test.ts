import { expect, test } from 'vitest';
import { checkWorlds, groundsLines, groundsOf } from './grounds.ts';
import { readInputs } from './inputs.ts';
import { withBlock } from './markdown.ts';

const runs = readInputs().runs();

test('a clause of memory is sampled, exhausted and proved, each where that was done', () => {
  const { sampled, exhaustive, proved } = groundsOf(runs)('MEM-WIPE');
  expect(sampled).toEqual(['linux-7.3', 'android16-6.12', 'the reference model']);
  expect(exhaustive).toContainEqual({ world: 'linux-7.3/code', states: 1796, countedBy: ['Rumur', 'Spin'] });
  expect(proved.map(({ profile }) => profile)).toEqual([
    'linux-7.3',
    'linux-7.4',
    'linux-7.2',
    'linux-6.12',
    'android16-6.12',
  ]);
  expect(proved[0]).toMatchObject({ laws: 1, of: 1, by: ['z3', 'cvc5'], assuming: ['DMA-SOC'] });
});

test('nothing is proved of a profile of which a condition is open', () => {
  const open = runs.proofs.map((one) => (one.profile === 'linux-7.3' ? { ...one, proved: one.proved - 1 } : one));
  const { proved } = groundsOf({ ...runs, proofs: open })('MEM-WIPE');
  expect(proved.map(({ profile }) => profile)).not.toContain('linux-7.3');
});

test('where some laws of a clause are not proved, that is said', () => {
  expect(groundsLines(groundsOf(runs)('LIFE-PHASES')).join('\n')).toContain('linux-7.3 (1 of its 2 laws)');
});

test('what nothing judges has no grounds', () => {
  expect(groundsLines(groundsOf(runs)('SHARE-HYP-OWNED'))).toEqual([]);
});

test('worlds that are not searched any more, or not yet, are a problem', () => {
  expect(checkWorlds(runs)).toEqual([]);
  expect(checkWorlds({ ...runs, worlds: runs.worlds.slice(1) })).toHaveLength(1);
});

test('a page without its marks is not written', () => {
  const page = { path: 'a.md', text: 'before\n<!-- Generated: x -->\nold\n<!-- End: x -->\nafter\n' };
  expect(withBlock(page, 'x', ['new'])).toBe('before\n<!-- Generated: x -->\n\nnew\n\n<!-- End: x -->\nafter\n');
  expect(() => withBlock({ ...page, text: 'nothing' }, 'x', [])).toThrow('a.md has no marks');
});
