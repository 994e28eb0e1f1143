/**
 * Named faults of rules: of boot, of the guest's stages, of instances, interrupts and whole devices, and the counterexamples in
 * which each is caught.
 */
import { TransitionSystem } from '../../spec/transition-system.ts';
import type { Call } from '../../spec/transition-system.ts';
import { profile } from '../../spec/profile.ts';
import type { Difference, Profile } from '../../spec/profile.ts';
import { avf15 } from '../../spec/profiles/avf-15.ts';
import { bootScopes } from '../../search/scopes/boot.ts';
import { allProperties } from '../../properties/chapters.ts';
import { callsOf, kebab, writeSequence } from '../../search/judge/counterexample.ts';
import type { WrittenSequence } from '../../search/judge/counterexample.ts';
import type { Caught, NamedFault } from '../fault.ts';
import { seedFor } from '../../search/engine/seeds.ts';
import { breakBy, shrunkOf } from '../../search/rules/campaign.ts';
import type { ShrunkViolation } from '../../search/rules/campaign.ts';
import { RuleSequences } from '../../search/rules/sequences.ts';
import { flawOfCalls } from '../../search/guards/mutation.ts';
import type { Property } from '../../properties/property.ts';
import { Replay, trace } from '../../search/judge/replay.ts';
import type { Scope } from '../../search/scopes/linux.ts';

/** What faults are planted in: the rules of a profile, and where these are drawn. */
export interface Base {
  readonly profile: Profile;
  readonly scopes: readonly Scope[];
}
const onAvf15: Base = { profile: avf15, scopes: bootScopes };

export interface BootFault extends NamedFault {
  /** Booting in Android 15 where nothing is said. */
  readonly base?: Base;
  /** What is otherwise there. */
  readonly differences: readonly Difference[];
}
export const baseOf = ({ base = onAvf15 }: BootFault): Base => base;

interface Refused {
  readonly error: string;
  readonly clause: string;
}

export interface BootCounterexample extends WrittenSequence {
  readonly fault?: string | undefined;
  /** How the last call is refused without the fault, if it is. */
  readonly refused?: Refused | undefined;
  readonly story?: string | undefined;
}

/** The rules without the fault, and with it. */
const sound = (fault: BootFault, scope: Scope): TransitionSystem =>
  new TransitionSystem(baseOf(fault).profile, scope.config);
const faulty = (fault: BootFault, scope: Scope): TransitionSystem => {
  const { profile: whole } = baseOf(fault);
  return new TransitionSystem(profile(whole.name, whole, fault.differences), scope.config);
};

const judged = (system: TransitionSystem, { clauses }: BootFault): readonly Property[] =>
  allProperties(system).filter(({ clause }) => clauses.includes(clause));

/** Calls in one sequence, and sequences in one scope before it is the turn of the next. */
const length = 100;
const inTurn = 20;

/** Look for a fault by the clauses that it breaks; nothing if it is not found in so many sequences. */
export async function detectBootFault(
  fault: BootFault,
  seed: number,
  most: number,
): Promise<Caught<BootCounterexample> | undefined> {
  let runs = 0;
  for (let round = 0; runs < most; round++) {
    for (const scope of baseOf(fault).scopes) {
      const system = faulty(fault, scope);
      const subject = new RuleSequences(system, scope, judged(system, fault), length);
      const options = { seed: seedFor(seed, scope.name, round), runs: inTurn, shrinks: false };
      const found = await breakBy(subject, options);
      runs += found.runs;
      if (found.broken === undefined) continue;
      const { calls, foundAt } = found.broken;
      const shrunk = async (): Promise<BootCounterexample> => writeBoot(fault, subject, await shrunkOf(subject, calls));
      return { runs, found: foundAt, shrunk };
    }
  }
  return undefined;
}

function writeBoot(
  fault: BootFault,
  { system, scope }: RuleSequences,
  { calls, violation }: ShrunkViolation,
): BootCounterexample {
  const { id, loses, story } = fault;
  const refused = refusal(fault, scope, calls);
  const wrong = { fault: id, ...(refused && { refused }) };
  const sequence = writeSequence(system, scope, id, wrong, violation.property, calls);
  return { ...sequence, name: `${id}.${kebab(loses)}`, story };
}

/** How the last of these calls is refused without a fault, if it is. */
function refusal(fault: BootFault, scope: Scope, calls: readonly Call[]): Refused | undefined {
  const outcome = trace(sound(fault, scope), scope, calls).at(-1)?.outcome;
  return outcome?.kind === 'denied' ? { error: outcome.error, clause: outcome.clause } : undefined;
}

const formatRefused = (refused: Refused | undefined): string =>
  refused === undefined ? 'done' : `refused with ${refused.error} (${refused.clause})`;

/**
 * What is wrong with a counterexample, if anything: with the fault the last call breaks the clause and no call can be
 * spared; without it nothing breaks, and the last call is refused as the file says, or done if that says nothing.
 */
export function flawOfBoot(fault: BootFault, counterexample: BootCounterexample): string | undefined {
  const scope = baseOf(fault).scopes.find(({ name }) => name === counterexample.scope);
  if (scope === undefined) return `there is no scope ${counterexample.scope}`;
  const [system, whole] = [faulty(fault, scope), sound(fault, scope)];
  const calls = callsOf(system, counterexample);
  const flaw = flawOfCalls(new Replay(system, scope, judged(system, fault)), calls, counterexample.breaks);
  if (flaw !== undefined) return flaw;
  const broken = new Replay(whole, scope, allProperties(whole)).run(calls);
  if (broken) return `without the fault ${broken.violation.property.clause} breaks as well`;
  const [found, wanted] = [refusal(fault, scope, calls), counterexample.refused].map(formatRefused);
  return found === wanted ? undefined : `without the fault the last call is ${found ?? ''}`;
}
