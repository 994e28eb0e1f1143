/** Every hypercall of Linux 7.3 and of Android 16, and where the specification speaks of it. */
import { guestCallsOfAndroid16, hostCallsOfAndroid16 } from '../../spec/profiles/calls-of-android16.ts';
import { hypercalls } from '../../spec/profiles/hypercalls-7.3.ts';
import type { Hypercall } from '../../spec/profiles/hypercalls-7.3.ts';
import type { Index } from './guards.ts';
import { generatedFrom, table } from './markdown.ts';

type Files = Pick<Index, 'fileOf'>;

function said(one: Hypercall, { fileOf }: Files): [string, string] {
  if ('calls' in one) return ['specified', one.calls.map((call) => `[${call}](../${fileOf(call)})`).join(', ')];
  return ['excused', one.excused];
}

const specified = (all: readonly Hypercall[]): number => all.filter((one) => 'calls' in one).length;
const counted = (all: readonly Hypercall[]): string =>
  `${specified(all)} of ${all.length} are specified, and ${all.length - specified(all)} excused`;
const rows = (all: readonly Hypercall[], files: Files): string[][] =>
  all.map((one) => [`\`${one.name}\``, ...said(one, files)]);

export const renderHypercalls = (files: Files): string =>
  [
    generatedFrom('spec/profiles/hypercalls-7.3.ts and spec/profiles/calls-of-android16.ts'),
    '',
    '# Hypercalls',
    '',
    '## Linux 7.3',
    '',
    `${counted(hypercalls)}, for the reason that is given. Those that are specified by their number alone change nothing that a rule is about, whatever they answer; the campaigns make them with pointers to structures of the host and to other places ([CALL-NUMBER](spec/cpu-calls.md#call-number)). Numbers and names are those of the source of Linux 7.3; what is said of calls that are excused was read there.`,
    '',
    ...table(
      ['number', 'hypercall', '', 'where, or why not'],
      rows(hypercalls, files).map((row, number) => [String(number), ...row]),
    ),
    '',
    '## Android 16',
    '',
    `${counted(hostCallsOfAndroid16)}, in the order of the source. It was read and never run, in the tree that [android16-6.12-as-shipped](profiles/android16.md#android16-612-as-shipped) names; that profile says in what the calls that are specified differ from the others.`,
    '',
    ...table(['hypercall', '', 'where, or why not'], rows(hostCallsOfAndroid16, files)),
    '',
    '## What a protected VM calls, on Android 16',
    '',
    `${counted(guestCallsOfAndroid16)}. Read in the same tree.`,
    '',
    ...table(['call', '', 'where, or why not'], rows(guestCallsOfAndroid16, files)),
    '',
  ].join('\n');
