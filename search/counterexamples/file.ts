/** Counterexamples as files: sequences of calls in the words of a reader, read strictly and written plainly. */
import { z } from 'zod';

const call = z.strictObject({
  call: z.string(),
  cpu: z.int().nonnegative(),
  args: z.record(z.string(), z.string()),
});

const shape = z.strictObject({
  /** `<rule or system>.<what goes wrong>`; also the name of the file. */
  name: z.string(),
  profile: z.string(),
  world: z.string(),
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
  /** Calls that stop on their way, after so many steps, and let later calls act before they go on. */
  schedule: z
    .array(z.strictObject({ call: z.int(), steps: z.int().positive(), at: z.string(), lets: z.int().positive() }))
    .readonly()
    .optional(),
  /** What happens and what is lost, in a sentence or two. */
  story: z.string().optional(),
});

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
