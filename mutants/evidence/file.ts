/** Evidence on which a verifier with a fault decides wrongly, as files: read strictly and written plainly. */
import { z } from 'zod';
import { parseFile } from '../../search/counterexamples/format.ts';
import type { FileFormat } from '../../search/counterexamples/format.ts';

const shape = z.strictObject({
  name: z.string().describe('`<fault>.<what goes wrong>`; also the name of the file'),
  fault: z.string(),
  options: z.string().describe('The name of the options'),
  breaks: z.string(),
  decided: z.string().describe('What is decided with the fault'),
  specified: z.string().describe('What is specified'),
  made: z.array(z.string()).min(1).readonly().describe('How the evidence is made'),
  evidence: z
    .array(z.string().regex(/^(?:[0-9a-f]{2})+$/))
    .min(1)
    .readonly()
    .describe('The bytes in hexadecimal digits, one outermost part to a line'),
  story: z.string(),
});

export type EvidenceCounterexample = z.infer<typeof shape>;

export const evidenceFormat: FileFormat<EvidenceCounterexample> = {
  name: 'evidence',
  what: 'evidence',
  version: 1,
  shape,
};

/** Whether a text means to be such a file, rather than a sequence of calls. */
export const isAboutEvidence = (text: string): boolean => /^\s*"evidence": \[/m.test(text);

/** The counterexample in a text, or what is wrong with it in one line. */
export const parseEvidence = (text: string): EvidenceCounterexample | string => parseFile(evidenceFormat, text);
