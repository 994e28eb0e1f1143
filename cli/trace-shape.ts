/** What `trace check --json` writes of a file, as a shape. */
import { z } from 'zod';
import type { FileFormat } from '../search/counterexamples/format.ts';
import { answer, count, difference, question, target } from './schemas/parts.ts';

const shape = z.strictObject({
  file: z.string(),
  header: z
    .looseObject({ target, profile: z.string() })
    .optional()
    .describe('What the first line of the recording says'),
  events: count,
  states: count,
  differences: z
    .array(difference.extend({ line: count, event: question.extend({ i: count, answer }).optional() }))
    .readonly(),
  malformed: z.strictObject({ line: count, problem: z.string() }).optional(),
  cutOff: count.optional().describe('The number of a last line that is cut off in its middle'),
});

export const traceReport: FileFormat<z.infer<typeof shape>> = {
  name: 'trace-report',
  what: 'what a recording comes to',
  version: 1,
  shape,
};
