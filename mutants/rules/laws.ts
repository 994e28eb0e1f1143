/** The laws: where a mutant does otherwise than the rules, the step and some calls after it are judged. */
import type { Law, Property } from '../../properties/property.ts';
import { Judge } from '../../search/judge/judge.ts';
import { suitesOf } from '../../search/scopes/suites.ts';
import { profiles } from '../../spec/profiles/all.ts';
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { Cases } from './cases.ts';
import type { Case } from './cases.ts';
import type { Killer } from './killer.ts';
import { planted } from './planted.ts';
import type { Planted } from './planted.ts';

/** How many differing cases of a scope are judged, and for how many calls each is followed. */
const judged = 6;
const followed = 150;

export function laws(all: readonly Cases[]): Killer {
  return {
    name: 'laws',
    kills: (mutant) => {
      for (const cases of all) {
        const other = planted(cases.system, mutant);
        const broken = other && brokenIn(cases, other, cases.properties);
        if (broken !== undefined) return `${broken.clause} in ${cases.scope.name}`;
      }
      return undefined;
    },
  };
}

/** All scopes of all profiles, or of some. */
export function casesOf(seed: number, names: Iterable<string> = profiles.keys()): Cases[] {
  const suites = [...names].flatMap((name) => suitesOf(name)).filter(({ unsafe }) => !unsafe);
  return suites.map(({ profile, scope }) => new Cases(profile, scope, seed));
}

/** The first of these properties that breaks where the mutant does otherwise than the rules, or in what follows. */
export function brokenIn(cases: Cases, other: Planted, properties: readonly Property[]): Law | undefined {
  let judge: Judge | undefined;
  let left = judged;
  for (const one of cases.differing(other)) {
    judge ??= new Judge(other.system, cases.state, properties, one.ghost);
    const broken = follow(cases, other.system, judge, one);
    if (broken !== undefined && !breaksAnyway(cases, one, broken)) return broken;
    if (--left === 0) return undefined;
  }
  return undefined;
}

/** Some releases break laws as they are. */
function breaksAnyway(cases: Cases, one: Case, law: Law): boolean {
  const judge = new Judge(cases.system, cases.state, [law], one.ghost);
  return follow(cases, cases.system, judge, one) !== undefined;
}

/** Make the call, and then others that the generator of the rules draws. */
function follow(cases: Cases, system: TransitionSystem, judge: Judge, one: Case): Law | undefined {
  const { state, args, generator, random } = cases;
  random.seed(1);
  generator.restart();
  state.settle();
  state.cells.set(one.cells);
  judge.restart(one.ghost);
  args.set(one.args);
  let { call } = one;
  for (let step = 0; step < followed; step++) {
    const rule = system.rule(call);
    const guard = system.apply(state, rule, args);
    const violation = judge.judge(rule, args, guard);
    if (violation !== undefined) return violation.property;
    call = generator.next(state, args).rule.call;
  }
  return judge.sample()?.property;
}
