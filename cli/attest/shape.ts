/** What `attest verify --json` writes of a piece of evidence, as a shape. */
import { z } from 'zod';
import type { FileFormat } from '../../search/counterexamples/format.ts';
import { count } from '../schemas/parts.ts';

const verdict = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.enum(['proper', 'degenerate']) }),
  z.strictObject({ kind: z.literal('denied'), entry: count.optional(), clause: z.string(), reason: z.string() }),
]);

/** Each kind of evidence shows what it holds under keys of its own. */
const shape = z.looseObject({
  name: z.string(),
  kind: z.string(),
  verdict: verdict
    .nullable()
    .optional()
    .describe('Null for a policy that is well-formed; none for what cannot be read'),
});

export const attestReport: FileFormat<z.infer<typeof shape>> = {
  name: 'attest-report',
  what: 'the verdict on a piece of evidence',
  version: 1,
  shape,
};
