/** The models that answer from any state: also from states near those that runs reach, where a rule is no less a rule. */
import { twinOf } from '../../search/twins/all.ts';
import { asked, differenceTo, Maker } from '../../search/twins/compare.ts';
import { Perturber } from '../../search/twins/perturb.ts';
import type { Answered, Twin } from '../../search/twins/twin.ts';
import { Random } from '../../search/generate/random.ts';
import type { Args } from '../../spec/language/run.ts';
import type { CompiledRule } from '../../spec/transition-system.ts';
import type { Case, Cases } from './cases.ts';
import { kept } from './kept.ts';
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

/** A scope, and what the twin answers in it: asked when a mutant first has to do with it, for that takes its time. */
class Held {
  readonly cases: Cases;
  private readonly twin: Twin;
  private readonly seed: number;
  private readonly maker: Maker;
  private readonly of = new Map<string, Iterable<Question>>();

  constructor(cases: Cases, twin: Twin, seed: number) {
    this.cases = cases;
    this.twin = twin;
    this.seed = seed;
    this.maker = new Maker(cases.system);
  }

  private questionsOf(call: string): Iterable<Question> {
    const known = this.of.get(call) ?? kept(this.twin.calls.includes(call) ? this.questions(call) : []);
    this.of.set(call, known);
    return known;
  }

  private *questions(call: string): Generator<Question, void, void> {
    const { twin, cases } = this;
    const rule = cases.system.rule(call);
    const perturber = new Perturber(cases.system.layout, new Random(this.seed));
    for (const { cells } of [...cases.all.values()].flat()) perturber.see(cells);
    const ends = new Map<string, Case[]>();
    for (const one of cases.of(call)) {
      const end = this.endOf(rule, one);
      ends.set(end, [...(ends.get(end) ?? []), one]);
    }
    for (const alike of ends.values()) {
      const length = Math.max(near, Math.ceil(least / alike.length));
      for (const { cells, args } of alike) {
        yield* this.question(twin.normal(cells), args, rule);
        for (let left = length; left > 0; left--) {
          const other = twin.normal(perturber.cellsNear(cells, args, rule));
          yield* this.question(other, perturber.argsNear(args, rule), rule);
        }
      }
    }
  }

  private *question(cells: Int32Array | undefined, args: Args, rule: CompiledRule): Generator<Question, void, void> {
    const answered = cells && asked(this.twin, cells, rule, args);
    if (cells !== undefined && answered !== undefined) yield { cells, args, answered };
  }

  private endOf(rule: CompiledRule, { cells, args }: Case): string {
    const outcome = this.maker.make(this.cases.system, rule, cells, args);
    return outcome.kind === 'denied' ? outcome.clause : 'done';
  }

  against({ system, calls }: Planted): string | undefined {
    for (const call of calls) {
      const rule = system.rule(call);
      for (const { cells, args, answered } of this.questionsOf(call)) {
        const outcome = this.maker.make(system, rule, cells, args);
        const shown = differenceTo(answered, outcome, rule, this.maker.state);
        if (shown !== undefined) return shown;
      }
    }
    return undefined;
  }
}
