/** What was counted in worlds that both engines searched, as it is kept. */
import { z } from 'zod';
import type { Compared } from './compare.ts';
import { rumurVersion } from './rumur.ts';

export const resultsFile = 'cli/cross-check/results.json';

const seconds = z.number().positive();
const results = z.strictObject({
  date: z.iso.date(),
  engine: z.string(),
  worlds: z.array(
    z.strictObject({
      world: z.string(),
      states: z.int().positive(),
      transitions: z.int().positive(),
      seconds,
      rumurSeconds: seconds,
    }),
  ),
});
export type Results = z.infer<typeof results>;

const rounded = (value: number): number => Math.max(0.001, Number(value.toFixed(3)));

/** Of worlds in which the engines agree. */
export function resultsOf(compared: readonly Compared[]): string {
  const worlds = compared.flatMap(({ world, ours, rumur }) =>
    typeof rumur === 'string'
      ? []
      : [
          {
            world,
            states: ours.states,
            transitions: ours.steps,
            seconds: rounded(ours.seconds),
            rumurSeconds: rounded(rumur.seconds),
          },
        ],
  );
  const date = new Date().toISOString().slice(0, 10);
  return `${JSON.stringify({ date, engine: rumurVersion(), worlds } satisfies Results, null, 1)}\n`;
}

export const readResults = (text: string): Results => results.parse(JSON.parse(text));
