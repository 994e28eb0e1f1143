/** The models that answer from any state, held against the rules in cases that are drawn once. */
import { twinOf } from '../../search/twins/all.ts';
import { asked, differenceTo, Maker } from '../../search/twins/compare.ts';
import { Perturber } from '../../search/twins/perturb.ts';
import type { Twin } from '../../search/twins/twin.ts';
import { Random } from '../../search/generate/random.ts';
import { casesOf } from '../rules/laws.ts';
import type { Case, Cases } from '../rules/cases.ts';

const near = 4;

/** In what some model differs from the rules now; of all profiles that have one, or of some. */
export function heldTwins(seed: number, names?: Iterable<string>): () => string | undefined {
  const held = casesOf(seed, names).flatMap((cases) => {
    const twin = twinOf(cases.system);
    return twin === undefined ? [] : [{ cases, twin, questions: questionsIn(cases, twin, seed) }];
  });
  return () => {
    for (const { cases, twin, questions } of held) {
      const maker = new Maker(cases.system);
      for (const { call, cells, args } of questions) {
        const rule = cases.system.rule(call);
        const outcome = maker.make(cases.system, rule, cells, args);
        const answered = asked(twin, cells, rule, args);
        if (answered === undefined) return `${call} has no answer in ${cases.scope.name}`;
        const shown = differenceTo(answered, outcome, rule, maker.state);
        if (shown !== undefined) return `${shown} in ${cases.scope.name}`;
      }
    }
    return undefined;
  };
}

type Question = Pick<Case, 'call' | 'cells' | 'args'>;

function questionsIn(cases: Cases, twin: Twin, seed: number): Question[] {
  const { system } = cases;
  const perturber = new Perturber(system.layout, new Random(seed));
  for (const { cells } of [...cases.all.values()].flat()) perturber.see(cells);
  return twin.calls.flatMap((call) => {
    const rule = system.rule(call);
    const drawn = cases.of(call).flatMap((one): Question[] => [
      one,
      ...Array.from({ length: near }, () => ({
        call,
        cells: perturber.cellsNear(one.cells, one.args, rule),
        args: perturber.argsNear(one.args, rule),
      })),
    ]);
    return drawn.flatMap(({ cells, args }) => {
      const normal = twin.normal(cells);
      return normal && asked(twin, normal, rule, args) ? [{ call, cells: normal, args }] : [];
    });
  });
}
