/** The calls of two CPUs and their schedule, as a file: enough to run it again without the scene, fast-check or the enumeration. */
import { z } from 'zod';
import type { EventTargetDescription } from '../../spec/target.ts';
import { parseFile } from '../counterexamples/format.ts';
import type { FileFormat } from '../counterexamples/format.ts';
import type { PairFound } from './hunt.ts';
import type { Means } from './means.ts';
import type { PairScene } from './scenes.ts';
import { turnsOf } from './schedules.ts';

const format = 'pvm-pair';

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const cpu = z.literal([0, 1]);
const question = z.strictObject({
  op: z.string(),
  args: z.record(z.string(), z.union([scalar, z.array(z.number())])),
  cpu,
});
/** No schedule that is found has more steps. */
const mostSteps = 10_000;

const shape = z.strictObject({
  format: z.literal(format),
  scene: z.string().describe('The scene that it was found in'),
  target: z.strictObject({ hypervisor: z.string(), release: z.string(), machine: z.string(), mode: z.string() }),
  profile: z.string(),
  prelude: z.array(question),
  pair: z
    .tuple([z.array(question).min(1), z.array(question).min(1)])
    .describe('The calls of CPU 0 and those of CPU 1, each in order'),
  instead: z.array(question).optional().describe('What the first call of CPU 0 may have been instead'),
  means: z
    .array(
      z.strictObject({
        store: question.partial({ cpu: true }),
        ways: z.array(
          z.array(
            z.strictObject({
              field: z.literal(['listTop', 'listLength', 'link']),
              of: z.string().optional(),
              is: z.union([z.number(), z.string(), z.null()]),
            }),
          ),
        ),
      }),
    )
    .optional()
    .describe("What stores of CPU 1 are in the rules: changes to the host's list of pages, in one of these ways"),
  after: z.array(question),
  schedule: z
    .array(z.strictObject({ cpu, steps: z.int().positive().max(mostSteps) }))
    .describe('Which CPU went, and over how many points; then both to their ends, first the one that went last'),
  seen: z.array(z.string()).describe('What was seen, for the reader'),
  found: z.string().describe('The command that found it'),
});

export type PairFile = z.infer<typeof shape>;

/** The first version had one call of each CPU. */
const upgrade = (file: object): object => {
  const { pair } = file as { readonly pair?: unknown };
  return Array.isArray(pair) ? { ...file, pair: pair.map((call: unknown) => [call].flat()) } : file;
};

export const pairFormat: FileFormat<PairFile> = { name: 'pair', what: 'a pair of calls', version: 2, shape, upgrade };

export const isPairFile = (text: string): boolean => text.includes(`"${format}"`);

/** The file in a text, or what is wrong with it in one line. */
export const parsePairFile = (text: string): PairFile | string => parseFile(pairFormat, text);

/** The scene that a file describes by itself. */
export const sceneOf = ({ scene, prelude, pair, instead, means, after }: PairFile): PairScene => ({
  name: scene,
  prelude,
  calls: [[pair[0]], [pair[1]]],
  ...(instead && { instead }),
  ...(means && { means: means as readonly Means[] }),
  after,
});

export function pairFileOf(
  { pair, followed }: PairFound,
  { name, prelude, instead, means, after }: PairScene,
  { target, profile }: EventTargetDescription,
  more: Pick<PairFile, 'seen' | 'found'>,
): PairFile {
  const schedule = turnsOf(followed.steps);
  return {
    format,
    scene: name,
    target,
    profile,
    prelude,
    pair,
    ...(instead && { instead }),
    ...(means && { means }),
    after,
    schedule,
    ...more,
  } as unknown as PairFile;
}
