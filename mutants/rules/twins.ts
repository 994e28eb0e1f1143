/** The models that answer from any state: also from states near those that runs reach, where a rule is no less a rule. */
import { twinOf } from '../../search/twins/all.ts';
import { asked, differenceTo, Maker } from '../../search/twins/compare.ts';
import { Perturber } from '../../search/twins/perturb.ts';
import type { Answered, Twin } from '../../search/twins/twin.ts';
import { Random } from '../../search/generate/random.ts';
import type { Args } from '../../spec/language/run.ts';
import type { CompiledRule } from '../../spec/transition-system.ts';
import type { Case, Cases } from './cases.ts';
import type { Killer } from './killer.ts';
import { planted } from './planted.ts';
import type { Planted } from './planted.ts';

/** States drawn near the one of each case, and for each end of a call at least. */
const near = 12;
const least = 300;

interface Question {
  readonly cells: Int32Array;
  readonly args: Args;
  readonly answered: Answered;
}

export function twins(all: readonly Cases[], seed: number): Killer {
  const held = all.flatMap((cases) => {
    const twin = twinOf(cases.system);
    return twin === undefined ? [] : [new Held(cases, twin, seed)];
  });
  return {
    name: 'models from any state',
    kills: (mutant) => {
      for (const one of held) {
        const other = planted(one.cases.system, mutant);
        const shown = other && one.against(other);
        if (shown !== undefined) return `${shown} in ${one.cases.scope.name}`;
      }
      return undefined;
    },
  };
}

/** A scope, and what the twin answers in it. */
class Held {
  readonly cases: Cases;
  private readonly maker: Maker;
  private readonly of: ReadonlyMap<string, readonly Question[]>;

  constructor(cases: Cases, twin: Twin, seed: number) {
    this.cases = cases;
    this.maker = new Maker(cases.system);
    const perturber = new Perturber(cases.system.layout, new Random(seed));
    for (const { cells } of [...cases.of.values()].flat()) perturber.see(cells);
    this.of = new Map(twin.calls.map((call) => [call, this.questions(call, twin, perturber)]));
  }

  private questions(call: string, twin: Twin, perturber: Perturber): Question[] {
    const rule = this.cases.system.rule(call);
    const drawn = this.cases.of.get(call) ?? [];
    const ends = new Map<string, Case[]>();
    for (const one of drawn) {
      const end = this.endOf(rule, one);
      ends.set(end, [...(ends.get(end) ?? []), one]);
    }
    return [...ends.values()].flatMap((alike) => {
      const length = Math.max(near, Math.ceil(least / alike.length));
      return alike.flatMap((one) => {
        const others = Array.from({ length }, () => ({
          cells: twin.normal(perturber.cellsNear(one.cells, one.args, rule)),
          args: perturber.argsNear(one.args, rule),
        }));
        return [{ cells: twin.normal(one.cells), args: one.args }, ...others].flatMap(({ cells, args }) => {
          const answered = cells && asked(twin, cells, rule, args);
          return cells === undefined || answered === undefined ? [] : [{ cells, args, answered }];
        });
      });
    });
  }

  private endOf(rule: CompiledRule, { cells, args }: Case): string {
    const outcome = this.maker.make(this.cases.system, rule, cells, args);
    return outcome.kind === 'denied' ? outcome.clause : 'done';
  }

  against({ system, calls }: Planted): string | undefined {
    for (const call of calls) {
      const rule = system.rule(call);
      for (const { cells, args, answered } of this.of.get(call) ?? []) {
        const outcome = this.maker.make(system, rule, cells, args);
        const shown = differenceTo(answered, outcome, rule, this.maker.state);
        if (shown !== undefined) return shown;
      }
    }
    return undefined;
  }
}
