/** Every schedule of two CPUs in each scene, or of a share of what they do; and how that is told. */
import { z } from 'zod';
import { Contention } from '../../search/machine/contention.ts';
import { scenes } from '../../search/machine/scenes.ts';
import type { Scene } from '../../search/machine/scenes.ts';
import { isIn } from '../../search/engine/share.ts';
import type { Share } from '../../search/engine/share.ts';
import { firstOfEach } from '../verify/part.ts';
import { reportRace } from '../verify/races.ts';

const count = z.int().nonnegative();
/** How many programs of one kind were run, on how many schedules. */
const tried = z.strictObject({ programs: count, schedules: count });
export const madeShape = z.array(
  z.strictObject({
    scene: z.string(),
    pairs: tried,
    sequences: tried,
    /** What breaks, by the first program that breaks it. */
    broken: z.array(z.strictObject({ run: count, what: z.string(), lines: z.array(z.string()) })),
  }),
);

type Made = z.infer<typeof madeShape>[number];

/** The scenes of these names, or all. */
export const scenesNamed = (names: readonly string[]): readonly Scene[] =>
  scenes.filter(({ name }) => names.length === 0 || names.includes(name));

/** First one call on each CPU, then two on one CPU beside one on the other. */
export function raceIn(scene: Scene, share: Share): Made {
  const contention = new Contention(scene);
  const broken: Made['broken'] = [];
  let run = 0;
  const [pairs, sequences] = [contention.pairs(), contention.sequences()].map((programs) => {
    const before = contention.schedules;
    const own = programs.flatMap((program) => (isIn(share, run++) ? [{ program, run: run - 1 }] : []));
    for (const one of own) {
      const race = contention.race(one.program);
      if (race === undefined) continue;
      const { clause, loss } = race.violation;
      broken.push({ run: one.run, what: `${clause} ${loss}`, lines: [...reportRace(contention, race).lines] });
    }
    return { programs: own.length, schedules: contention.schedules - before };
  }) as [Made['pairs'], Made['sequences']];
  return { scene: scene.name, pairs, sequences, broken: firstOfEach(broken, ({ what }) => what) };
}

/** What shards have made in one scene. */
export const addScenes = (one: Made, other: Made): Made => ({
  scene: one.scene,
  pairs: addTried(one.pairs, other.pairs),
  sequences: addTried(one.sequences, other.sequences),
  broken: firstOfEach([...one.broken, ...other.broken], ({ what }) => what),
});

const addTried = (one: Made['pairs'], other: Made['pairs']): Made['pairs'] => ({
  programs: one.programs + other.programs,
  schedules: one.schedules + other.schedules,
});

const columns = ['pairs', 'schedules', 'sequences', 'schedules'];
export const headOfScenes = `${'scene'.padEnd(30)}${columns.map((head) => head.padStart(12)).join('')}`;

export const linesOfScene = ({ scene, pairs, sequences, broken }: Made): string[] => [
  ...broken.flatMap(({ lines }) => lines),
  `${scene.padEnd(30)}${[pairs.programs, pairs.schedules, sequences.programs, sequences.schedules].map(number).join('')}`,
];

const number = (value: number): string => value.toLocaleString('en-US').padStart(12);
