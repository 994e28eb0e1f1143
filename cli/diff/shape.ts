/** What `diff --json` writes, as a shape. */
import { z } from 'zod';
import type { FileFormat } from '../../search/counterexamples/format.ts';
import { count, strings, writtenCall } from '../schemas/parts.ts';

const answered = z.strictObject({ answer: z.string(), clause: z.string().optional() });

const sequence = z.strictObject({
  scope: z.string(),
  alike: z.boolean().describe('All calls but the last are answered alike'),
  prelude: z.array(writtenCall).readonly(),
  calls: z.array(writtenCall.extend({ from: answered, to: answered })).readonly(),
});

const shape = z.strictObject({
  format: z.literal('pvm-diff'),
  from: z.string(),
  to: z.string(),
  searched: z.strictObject({ states: count, statesPerScope: count, scopes: strings, complete: z.boolean() }),
  changes: z
    .array(
      z.strictObject({
        kind: z.string(),
        call: z.string(),
        clause: z.string().nullable(),
        says: z.string(),
        sequence: sequence.nullable().describe('Null where none was found'),
      }),
    )
    .readonly(),
});

export const diffReport: FileFormat<z.infer<typeof shape>> = {
  name: 'diff-report',
  what: 'what a release changes',
  version: 1,
  shape,
};
