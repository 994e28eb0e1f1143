/** Every hypercall of Linux 7.3 by its number, and where the specification speaks of it. */
import type { Hypercall } from '../../spec/profiles/hypercalls-7.3.ts';
import type { Index } from './guards.ts';
import { generatedFrom, table } from './markdown.ts';

export function renderHypercalls(hypercalls: readonly Hypercall[], { fileOf }: Pick<Index, 'fileOf'>): string {
  const said = (one: Hypercall): [string, string] => {
    if ('calls' in one) return ['specified', one.calls.map((call) => `[${call}](../${fileOf(call)})`).join(', ')];
    return ['excused', one.excused];
  };
  const specified = hypercalls.filter((one) => 'calls' in one).length;
  return [
    generatedFrom('spec/profiles/hypercalls-7.3.ts'),
    '',
    '# Hypercalls',
    '',
    `Linux 7.3 has ${hypercalls.length} hypercalls. ${specified} are specified, as calls of their own or by their number alone; ${hypercalls.length - specified} are excused, for the reason that is given. Those that are specified by their number alone change nothing that a rule is about, whatever they answer; the campaigns make them with pointers to structures of the host and to other places ([CALL-NUMBER](spec/cpu-calls.md#call-number)). Numbers and names are those of the source of Linux 7.3; what is said of calls that are excused was read there.`,
    '',
    ...table(
      ['number', 'hypercall', '', 'where, or why not'],
      hypercalls.map((one, number) => [String(number), `\`${one.name}\``, ...said(one)]),
    ),
    '',
  ].join('\n');
}
