/** Counterexamples as files: sequences of calls in the words of a reader, read strictly and written plainly. */
import { z } from 'zod';

/** What keys were called in older files. */
const renamed = new Map([
  ['world', 'scope'],
  ['lets', 'preemptedBy'],
]);

/** The same object under the keys of today; whatever is no object is left to the shape to refuse. */
const withPresentKeys = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).map(([key, part]) => [renamed.get(key) ?? key, part as unknown]))
    : value;

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

const fields = z.strictObject({
  /** `<rule or system>.<what goes wrong>`; also the name of the file. */
  name: z.string(),
  profile: z.string(),
  scope: z.string(),
  /** The guard that is left out; a sequence that breaks a profile as it is has none. */
  without: z.strictObject({ call: z.string(), clause: z.string() }).optional(),
  /** The fault, of the reference model or of boot, under which it breaks. */
  fault: z.string().optional(),
  /** How the last call is refused without the fault, where it is. */
  refused: z.strictObject({ error: z.string(), clause: z.string() }).optional(),
  /** The clause that the last call breaks, and the property by which that is seen. */
  breaks: z.string(),
  property: z.string(),
  calls: z.array(call).min(1).readonly(),
  /** Calls that are preempted after so many steps, each by so many later calls, before they go on. */
  schedule: z.array(z.preprocess(withPresentKeys, preemption)).readonly().optional(),
  /** What happens and what is lost, in a sentence or two. */
  story: z.string().optional(),
});

const shape = z.preprocess(withPresentKeys, fields);

export type Counterexample = z.infer<typeof shape>;

/** The counterexample in a text, or what is wrong with it in one line. */
export const parseCounterexample = (text: string): Counterexample | string => parseAs('a counterexample', shape, text);

/** What is in a text, by its shape, or what is wrong with it in one line. */
export function parseAs<T>(what: string, wanted: z.ZodType<T>, text: string): T | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `expected ${what} as JSON: ${(error as Error).message}`;
  }
  const result = wanted.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.map(String).join('.')}: `;
  return `expected ${what}: ${where}${issue?.message ?? 'invalid'}`;
}
