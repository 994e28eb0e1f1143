/** What breaks each law: of all mistakes in the rules, the first after which it does not hold. */
import type { Law } from '../../properties/property.ts';
import { isAbout, isLaw } from '../../properties/property.ts';
import { nameOfLaw } from './breaker.ts';
import type { Breaker } from './breaker.ts';
import { borrowedBy } from './borrowed.ts';
import type { Mistake } from './borrowed.ts';
import type { Cases } from './cases.ts';
import { brokenIn } from './laws.ts';
import { nameOf } from './mutant.ts';
import type { Mutant } from './mutant.ts';
import { planted } from './planted.ts';

/** For each law that is wanted and that a mistake breaks, the first one; mistakes of one place come first. */
export function breakersOf(all: readonly Cases[], mutants: readonly Mutant[], isWanted: (law: string) => boolean) {
  const found = new Map<string, Breaker>();
  const openIn = ({ properties }: Cases): Law[] =>
    properties.filter((one): one is Law => isLaw(one) && isWanted(nameOfLaw(one)) && !found.has(nameOfLaw(one)));
  const tryIn = (cases: Cases, laws: readonly Law[], { name, plant }: Mistake): void => {
    const broken = laws.length === 0 ? undefined : brokenBy({ plant }, cases, laws);
    if (broken === undefined) return;
    const { system, scope } = cases;
    found.set(nameOfLaw(broken), { profile: system.profile.name, scope: scope.name, mistake: name });
  };
  for (const mutant of mutants) {
    const mistake = asMistake(mutant);
    for (const cases of all) tryIn(cases, openIn(cases), mistake);
  }
  for (const cases of all) {
    for (const law of openIn(cases)) {
      for (const mistake of borrowedIn(cases, law)) {
        if (found.has(nameOfLaw(law))) break;
        tryIn(cases, [law], mistake);
      }
    }
  }
  return found;
}

const asMistake = (mutant: Mutant): Mistake => ({ name: nameOf(mutant), plant: (rule) => mutant.plant(rule) });

function* borrowedIn({ system }: Cases, law: Law): Generator<Mistake> {
  for (const rule of system.rules.values()) {
    if (law.kind === 'each' && !isAbout(law, rule)) continue;
    yield* borrowedBy(rule.rule, system.profile.rules, law);
  }
}

/** The first of these laws that a mistake breaks; nothing where it stops those who judge it. */
function brokenBy(mistake: Pick<Mutant, 'plant'>, cases: Cases, laws: readonly Law[]): Law | undefined {
  // why: what is drawn after a case must not depend on what was looked at before.
  cases.generator.restart();
  try {
    const other = planted(cases.system, mistake);
    const broken = other && brokenIn(cases, other, laws);
    // why: a guard that must never refuse has a law of its own, which is not among these.
    return broken && laws.includes(broken) ? broken : undefined;
  } catch {
    return undefined;
  }
}

/** Whether what is written down of a law is so. */
export function isBrokenAsWritten(all: readonly Cases[], mutants: readonly Mutant[], name: string, breaker: Breaker) {
  const cases = all.find(
    ({ system, scope }) => system.profile.name === breaker.profile && scope.name === breaker.scope,
  );
  const law = cases?.properties.filter(isLaw).find((one) => nameOfLaw(one) === name);
  if (cases === undefined || law === undefined) return false;
  const isSame = (known: string): boolean => known === breaker.mistake;
  const ofPlace = mutants.find((one) => isSame(nameOf(one)));
  const mistake = ofPlace ?? [...borrowedIn(cases, law)].find(({ name: one }) => isSame(one));
  return mistake !== undefined && brokenBy(mistake, cases, [law]) !== undefined;
}
