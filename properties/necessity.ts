/**
 * Necessity: every rule earns its place. Each guard is left out in turn, and a property must then break; the shortest
 * sequence that shows it is the counterexample. A guard that nothing misses lacks a property, or a reason.
 */
import { Machine } from '../spec/machine.ts';
import type { Call } from '../spec/machine.ts';
import type { Profile } from '../spec/profile.ts';
import { allProperties } from './chapters.ts';
import { callsOf, writeCounterexample } from './counterexample.ts';
import type { Counterexample, LeftOut } from './counterexample.ts';
import { explore } from './explore.ts';
import { asSequence, Replay, trace } from './sequence.ts';
import { shrink } from './shrink.ts';
import { Walk } from './walk.ts';
import type { NamedWorld } from './worlds.ts';

export interface Effort {
  /** Sequences drawn for a guard in one world, and their length. */
  readonly runs: number;
  readonly length: number;
  /** Violations after which the shortest is taken. */
  readonly finds: number;
  /** States that the exhaustive search may visit to prove that nothing shorter exists. */
  readonly states: number;
}

export const defaultEffort: Effort = { runs: 60, length: 1000, finds: 12, states: 150_000 };

export interface Found {
  readonly counterexample: Counterexample;
  /** `proven`: all shorter sequences were searched; `open`: there were too many. */
  readonly shortest: 'proven' | 'open';
}

export interface Necessity {
  readonly without: LeftOut;
  readonly found?: Found;
}

/** The guards of a profile that must have a counterexample. */
export const guardsOf = (profile: Profile): LeftOut[] =>
  [...profile.rules.values()].flatMap((rule) =>
    rule.guards.flatMap((step) =>
      step.kind === 'must' && step.excuse === undefined ? [{ call: rule.call, clause: step.clause }] : [],
    ),
  );

/** Look for what breaks without this guard, in one world after the other. */
export function necessityOf(
  profile: Profile,
  worlds: readonly NamedWorld[],
  without: LeftOut,
  effort: Effort = defaultEffort,
): Necessity {
  for (const named of worlds) {
    const found = breakIn(new Machine(profile, named.world, without), named, without, effort);
    if (found) return { without, found };
  }
  return { without };
}

function breakIn(machine: Machine, named: NamedWorld, without: LeftOut, effort: Effort): Found | undefined {
  const properties = allProperties(machine);
  const replay = new Replay(machine, named, properties);
  const drawn = shortestDrawn(replay, new Walk(machine, named, properties), effort);
  if (drawn === undefined) return undefined;
  const searched = explore(machine, named, properties, { states: effort.states, depth: drawn.length - 1 });
  const clause = searched.found?.violation.property.clause;
  const calls = searched.found && clause ? shrink(replay, searched.found.sequence, clause) : drawn;
  const broken = replay.run(calls);
  if (broken === undefined) throw new Error('unreachable: a shrunk sequence breaks its clause');
  const proven = searched.found !== undefined || searched.complete || searched.depth >= drawn.length - 1;
  return {
    counterexample: writeCounterexample(machine, named, without, broken.violation.property, calls),
    shortest: proven ? 'proven' : 'open',
  };
}

/** The shortest of several sequences that were drawn, broke something and were shrunk. */
function shortestDrawn(replay: Replay, walk: Walk, effort: Effort): readonly Call[] | undefined {
  const { machine, named } = walk;
  let [best, finds] = [undefined as readonly Call[] | undefined, 0];
  for (let seed = 1; seed <= effort.runs && finds < effort.finds; seed++) {
    const { violation } = walk.run(seed, effort.length);
    if (!violation) continue;
    finds++;
    const shrunk = shrink(replay, asSequence(machine, named, walk.calls()), violation.property.clause);
    if (best === undefined || shrunk.length < best.length) best = shrunk;
    if (best.length === 1) break;
  }
  return best;
}

/**
 * What is wrong with a counterexample, if anything: without the rule the last call breaks the clause, and no call can be
 * spared; with the rule the last call is denied by exactly that clause, and all before it are answered alike.
 */
export function flawOf(profile: Profile, named: NamedWorld, counterexample: Counterexample): string | undefined {
  const { without, breaks } = counterexample;
  const weak = new Machine(profile, named.world, without);
  const calls = callsOf(weak, counterexample);
  const replay = new Replay(weak, named, allProperties(weak));
  const broken = replay.run(calls);
  if (broken === undefined) return 'nothing breaks';
  if (broken.violation.property.clause !== breaks) return `${broken.violation.property.clause} breaks, not ${breaks}`;
  if (broken.length < calls.length) return `it breaks after ${broken.length} of ${calls.length} calls`;
  const spare = calls.findIndex((_, i) => {
    const rest = replay.run(calls.filter((_call, at) => at !== i));
    return rest?.violation.property.clause === breaks;
  });
  if (spare >= 0) return `call ${spare + 1} can be spared`;
  const outcome = trace(new Machine(profile, named.world), named, calls).at(-1)?.outcome;
  if (outcome?.kind !== 'denied') return 'with the rule the last call is done';
  if (outcome.clause !== without.clause) return `with the rule the last call is denied by ${outcome.clause}`;
  return undefined;
}
