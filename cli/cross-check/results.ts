/** What was counted in worlds that other engines searched as well, as it is kept. */
import { z } from 'zod';
import { isSame } from './compare.ts';
import type { Compared } from './compare.ts';

export const resultsFile = 'cli/cross-check/results.json';

const seconds = z.number().positive();
const results = z.strictObject({
  date: z.iso.date(),
  /** The engines, each with its version, in the order of the columns. */
  engines: z.array(z.string()),
  worlds: z.array(
    z.strictObject({
      world: z.string(),
      states: z.int().positive(),
      transitions: z.int().positive(),
      ours: seconds,
      /** By engine; none where its kind of model would be too large. */
      others: z.record(z.string(), seconds),
    }),
  ),
});
export type Results = z.infer<typeof results>;

const rounded = (value: number): number => Math.max(0.001, Number(value.toFixed(3)));

/** Of worlds in which the engines agree. */
export function resultsOf(compared: readonly Compared[], engines: string[]): string {
  const worlds = compared.map(({ world, ours, others }) => ({
    world,
    states: ours.states,
    transitions: ours.steps,
    ours: rounded(ours.seconds),
    others: Object.fromEntries(
      [...others].flatMap(([{ name }, other]) => (isSame(ours, other) ? [[name, rounded(other.seconds)]] : [])),
    ),
  }));
  const date = new Date().toISOString().slice(0, 10);
  return `${JSON.stringify({ date, engines, worlds } satisfies Results, null, 1)}\n`;
}

export const readResults = (text: string): Results => results.parse(JSON.parse(text));
