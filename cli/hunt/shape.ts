/** What `hunt --json` writes, and `merge --json` of its shards, as shapes. */
import { z } from 'zod';
import { sequenceFormat } from '../../search/counterexamples/sequence-file.ts';
import type { FileFormat } from '../../search/counterexamples/format.ts';
import {
  answer,
  callCoverage,
  count,
  difference,
  pairsSeen,
  question,
  reusesSeen,
  strings,
  target,
} from '../schemas/parts.ts';

const counts = { seed: z.int(), calls: count, states: count, sequences: count };
const covered = { coverage: z.array(callCoverage).readonly(), pairs: pairsSeen, reuses: reusesSeen };

const divergence = z.strictObject({
  kind: z.string(),
  headline: z.string().nullable(),
  difference,
  isShrunk: z.boolean(),
  calls: z.array(question.extend({ answer: answer.nullable() })).readonly(),
  again: z.string().optional().describe('The command that goes straight to it'),
});

const shape = z.strictObject({
  format: z.literal('pvm-hunt'),
  target,
  profile: z.string(),
  notChecked: strings.describe('Calls that the target does not have'),
  ...counts,
  seconds: z.number().nonnegative(),
  ...covered,
  divergence: divergence.nullable(),
});

export const huntReport: FileFormat<z.infer<typeof shape>> = {
  name: 'hunt-report',
  what: 'what a hunt has found',
  version: 1,
  shape,
};

const mergedShape = z.strictObject({
  format: z.literal('pvm-hunts'),
  target,
  ...counts,
  ...covered,
  divergences: z
    .array(z.strictObject({ run: count, what: z.string(), sequence: sequenceFormat.shape }))
    .readonly()
    .describe('The first of each kind'),
});

export const huntsReport: FileFormat<z.infer<typeof mergedShape>> = {
  name: 'hunts-report',
  what: 'what the shards of a hunt have found',
  version: 1,
  shape: mergedShape,
};
