/** Counterexamples as files: sequences of calls in the words of a reader, read strictly and written plainly. */
import { z } from 'zod';
import { parseFile } from './format.ts';
import type { FileFormat } from './format.ts';

const call = z.strictObject({
  call: z.string(),
  cpu: z.int().nonnegative(),
  args: z.record(z.string(), z.string()),
});

const preemption = z.strictObject({
  call: z.int(),
  steps: z.int().positive(),
  at: z.string(),
  preemptedBy: z.int().positive(),
});

const shape = z.strictObject({
  name: z.string().describe('`<rule or system>.<what goes wrong>`; also the name of the file'),
  profile: z.string(),
  scope: z.string(),
  without: z
    .strictObject({ call: z.string(), clause: z.string() })
    .optional()
    .describe('The guard that is left out; a sequence that breaks a profile as it is has none'),
  fault: z.string().optional().describe('The fault, of the reference model or of boot, under which it breaks'),
  refused: z
    .strictObject({ error: z.string(), clause: z.string() })
    .optional()
    .describe('How the last call is refused without the fault, where it is'),
  breaks: z.string().describe('The clause that the last call breaks, and the property by which that is seen'),
  property: z.string(),
  calls: z.array(call).min(1).readonly(),
  schedule: z
    .array(preemption)
    .readonly()
    .optional()
    .describe('Calls that are preempted after so many steps, each by so many later calls, before they go on'),
  story: z.string().optional().describe('What happens and what is lost, in a sentence or two'),
});

export type Counterexample = z.infer<typeof shape>;

/** What keys were called in files that have no version. */
const renamed = new Map([
  ['world', 'scope'],
  ['lets', 'preemptedBy'],
]);

/** The same under the keys of today; whatever is no object is left to the shape to refuse. */
const withPresentKeys = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).map(([key, part]) => [renamed.get(key) ?? key, part as unknown]))
    : value;

function upgrade(file: object): object {
  const whole = withPresentKeys(file) as { readonly schedule?: unknown };
  const { schedule } = whole;
  return Array.isArray(schedule) ? { ...whole, schedule: schedule.map(withPresentKeys) } : whole;
}

export const counterexampleFormat: FileFormat<Counterexample> = {
  name: 'counterexample',
  what: 'a counterexample',
  version: 1,
  shape,
  upgrade,
};

/** The counterexample in a text, or what is wrong with it in one line. */
export const parseCounterexample = (text: string): Counterexample | string => parseFile(counterexampleFormat, text);
