/** Every hypercall of Linux 7.3 by its number, and where the specification speaks of it. */
import type { Hypercall } from '../../spec/profiles/hypercalls-7.3.ts';
import type { Index } from './guards.ts';
import { generatedFrom, table } from './markdown.ts';

export function renderHypercalls(hypercalls: readonly Hypercall[], { fileOf }: Pick<Index, 'fileOf'>): string {
  const said = (one: Hypercall): [string, string] => {
    if ('calls' in one) return ['specified', one.calls.map((call) => `[${call}](../${fileOf(call)})`).join(', ')];
    return 'excused' in one ? ['excused', one.excused] : ['**unasked**', one.unasked];
  };
  const count = (isOne: (one: Hypercall) => boolean): number => hypercalls.filter(isOne).length;
  return [
    generatedFrom('spec/profiles/hypercalls-7.3.ts'),
    '',
    '# Hypercalls',
    '',
    `Linux 7.3 has ${hypercalls.length} hypercalls. ${count((one) => 'calls' in one)} are specified, as calls of their own or by their number alone; ${count((one) => 'excused' in one)} are excused, for they have nothing to do with what is specified; and ${count((one) => 'unasked' in one)} are unasked: they have to do with it, or may have, and neither model nor campaign makes them. Numbers and names are those of its source; what is said of calls that are not specified was read there.`,
    '',
    ...table(
      ['number', 'hypercall', '', 'where, or why not'],
      hypercalls.map((one, number) => [String(number), `\`${one.name}\``, ...said(one)]),
    ),
    '',
  ].join('\n');
}
