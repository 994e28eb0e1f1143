/** What a campaign found on a target, as a file: the calls, the answers, and where they differ from the spec. */
import { z } from 'zod';
import type { EventTargetDescription } from '../../spec/target.ts';
import type { Met } from '../conformance/campaign/examine.ts';
import { recording } from './finding.ts';
import { parseFile } from './format.ts';
import type { FileFormat } from './format.ts';

const format = 'pvm-sequence';

const shape = z.strictObject({
  format: z.literal(format),
  name: z.string().describe('`<profile>.<the last call>-<what is wrong with its answer>`'),
  kind: z.string(),
  difference: z.strictObject({
    what: z.string(),
    expected: z.string(),
    got: z.string(),
    clause: z.string().optional(),
  }),
  found: z.string().describe('The command that found it'),
  isShrunk: z.boolean().describe('False where it is what was drawn, and not the shortest that differs alike'),
  recording,
});

export type SequenceFile = z.infer<typeof shape>;

export const sequenceFormat: FileFormat<SequenceFile> = {
  name: 'sequence',
  what: 'a sequence of a hunt',
  version: 1,
  shape,
};

/** Is a text meant as such a file? */
export const isSequenceFile = (text: string): boolean => text.includes(`"${format}"`);

/** The file in a text, or what is wrong with it in one line. */
export const parseSequenceFile = (text: string): SequenceFile | string => parseFile(sequenceFormat, text);

const kebab = (text: string): string => text.replaceAll(/[ _]+/g, '-');

export function sequenceFileOf(
  met: Met,
  { target, profile, sizes, features, ownPages }: EventTargetDescription,
  more: Pick<SequenceFile, 'found' | 'isShrunk'>,
): SequenceFile {
  const { kind, difference, states } = met;
  const calls = met.questions.map(({ op, args }, i) => ({ op, args: { ...args }, answer: { ...met.answers[i] } }));
  const last = met.questions.at(-1)?.op ?? 'the start';
  const given = {
    ...(sizes && { sizes: { ...sizes } }),
    ...(features && { features }),
    ...(ownPages && { ownPages }),
    ...(states && { states }),
  };
  return {
    format,
    name: `${profile}.${kebab(`${last} ${kind}`)}`,
    kind,
    difference,
    ...more,
    recording: { target, profile, ...given, calls },
  } as SequenceFile;
}
