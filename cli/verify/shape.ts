/** What `verify --json` writes, as a shape. */
import { z } from 'zod';
import { counterexampleFormat } from '../../search/counterexamples/file.ts';
import type { FileFormat } from '../../search/counterexamples/format.ts';
import { count, pairsSeen, strings, writtenCall } from '../schemas/parts.ts';

const chapter = z.strictObject({
  chapter: z.string(),
  scopes: strings,
  runs: count,
  states: count.optional().describe('States that were gone through, where that is what a chapter does'),
  calls: count,
  share: z.number().min(0).max(1),
  seconds: z.number().optional().describe('Shards that were merged have no times'),
  violated: z.boolean(),
  cut: z.boolean().optional().describe('The time was up before all runs were made'),
});

const clause = z.strictObject({
  clause: z.string(),
  kinds: strings,
  runs: count,
  calls: count,
  subjects: count.describe('How often something was judged that could have broken it'),
  verdict: z.enum(['holds', 'broken', 'not reached', 'not applicable']),
});

const violation = z.strictObject({
  profile: z.string(),
  scope: z.string(),
  clause: z.string(),
  property: z.string(),
  calls: z.array(writtenCall).readonly(),
  again: z.string().describe('The command that finds it again'),
});

const transcript = z.strictObject({
  file: z.string(),
  events: count,
  states: count,
  differences: count,
  malformed: z.strictObject({ line: count, problem: z.string() }).nullable(),
});

const shape = z.strictObject({
  format: z.literal('pvm-verify'),
  seed: z.int(),
  interrupted: z.boolean(),
  chapters: z.array(chapter).readonly(),
  clauses: z.array(clause).readonly(),
  holes: strings
    .nullable()
    .describe('Calls never done and guards that never refused; null where that was not asked for'),
  missed: strings.describe('What was asked for and not reached: it fails the run'),
  pairs: z.array(pairsSeen).readonly().describe('Guards that were seen to fail together, and those that were not'),
  violations: z.array(violation).readonly(),
  machineViolations: z
    .array(z.union([counterexampleFormat.shape, z.strictObject({ report: strings })]))
    .readonly()
    .describe('What broke on the reference model or on evidence'),
  transcripts: z.array(transcript).readonly(),
});

export const verifyReport: FileFormat<z.infer<typeof shape>> = {
  name: 'verify-report',
  what: 'what verify has found',
  version: 1,
  shape,
};
