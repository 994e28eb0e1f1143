/** Evidence on which a verifier with a fault decides wrongly, as files: read strictly and written plainly. */
import { z } from 'zod';
import type { EvidenceCounterexample } from './fault.ts';
import { parseAs } from '../../search/counterexamples/file.ts';

const shape = z.strictObject({
  /** `<fault>.<what goes wrong>`; also the name of the file. */
  name: z.string(),
  fault: z.string(),
  options: z.string(),
  breaks: z.string(),
  decided: z.string(),
  specified: z.string(),
  made: z.array(z.string()).min(1),
  evidence: z.array(z.string().regex(/^(?:[0-9a-f]{2})+$/)).min(1),
  story: z.string(),
});

/** Whether a text means to be such a file, rather than a sequence of calls. */
export const isAboutEvidence = (text: string): boolean => /^\s*"evidence": \[/m.test(text);

/** The counterexample in a text, or what is wrong with it in one line. */
export const parseEvidence = (text: string): EvidenceCounterexample | string => parseAs('evidence', shape, text);
