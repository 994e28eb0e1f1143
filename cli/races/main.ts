/**
 * `npm run races [-- SCENE…]`: every schedule of two CPUs in each scene, first of one call each, then of two calls on
 * one CPU beside one on the other. Prints how many that were; fails, and tells the schedule, where something breaks.
 */
import { Contention } from '../../search/machine/contention.ts';
import { scenes } from '../../search/machine/scenes.ts';
import { exitStatus, fail, print } from '../output.ts';
import { reportRace } from '../verify/races.ts';

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => scenes.every((scene) => scene.name !== name));
if (unknown !== undefined) fail(`no scene “${unknown}”; there are ${scenes.map(({ name }) => `“${name}”`).join(', ')}`);

const number = (value: number): string => value.toLocaleString('en-US').padStart(12);
print(
  `${'scene'.padEnd(30)}${['pairs', 'schedules', 'sequences', 'schedules'].map((head) => head.padStart(12)).join('')}`,
);
for (const scene of scenes) {
  if (wanted.length > 0 && !wanted.includes(scene.name)) continue;
  const contention = new Contention(scene);
  const counts = [contention.pairs(), contention.sequences()].flatMap((programs) => {
    const before = contention.schedules;
    for (const one of programs) {
      const race = contention.race(one);
      if (race === undefined) continue;
      print(reportRace(contention, race).lines.join('\n'));
      process.exitCode = exitStatus.violated;
    }
    return [programs.length, contention.schedules - before];
  });
  print(`${scene.name.padEnd(30)}${counts.map(number).join('')}`);
}
