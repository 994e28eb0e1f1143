/** What `clauses --json` writes, as a shape. */
import { z } from 'zod';
import type { FileFormat } from '../../search/counterexamples/format.ts';
import { count, strings } from '../schemas/parts.ts';

const grounds = z.strictObject({
  sampled: strings,
  exhaustive: z.array(z.strictObject({ world: z.string(), states: count, countedBy: strings })).readonly(),
  proved: z
    .array(z.strictObject({ profile: z.string(), laws: count, of: count, by: strings, assuming: strings }))
    .readonly(),
});

const row = z.strictObject({
  id: z.string(),
  chapter: z.string(),
  section: z.string(),
  text: z.string(),
  status: z.string(),
  upheldBy: z.string().optional(),
  survives: z.string().optional(),
  sources: strings,
  rows: strings,
  file: z.string().describe('The page, from the root of the repository and of the package'),
  anchor: z.string(),
  cite: z.string(),
  grounds,
});
export type ClauseRow = z.infer<typeof row>;

const shape = z.strictObject({ clauses: z.array(row).readonly() });

export const clausesReport: FileFormat<z.infer<typeof shape>> = {
  name: 'clauses-report',
  what: 'clauses of the specification',
  version: 1,
  shape,
};
