/**
 * What a solver found, carried out: a state that the invariants allow, one call, and which invariant the rules as they
 * run then break. Whatever plays no part is put back to how it starts.
 */
import type { Config } from '../../spec/config.ts';
import type { Profile } from '../../spec/profile.ts';
import type { Rule } from '../../spec/rule.ts';
import { families, fields as allFields } from '../../spec/fields.ts';
import type { Family } from '../../spec/fields.ts';
import { touchesOf } from '../../spec/language/touches.ts';
import type { Bool } from '../../spec/language/term.ts';
import { initialState, State } from '../../spec/state.ts';
import type { Layout } from '../../spec/state.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';
import type { Call, Outcome } from '../../spec/transition-system.ts';
import { CountedGhost } from '../../properties/ghost-counting.ts';
import type { Always, Each } from '../../properties/property.ts';
import { isAbout, Step } from '../../properties/property.ts';
import { argsLength, MissingCell } from '../../spec/language/run.ts';
import { running, runningStep } from '../../properties/running.ts';
import { View } from '../../properties/view.ts';
import { makeConfig, nothing } from '../scopes/linux.ts';
import { breaking, changing, foundBy } from './finite.ts';
import type { Found } from './finite.ts';
import { lawsOf } from './laws.ts';

/** A law that does not hold of a member of its family. */
export interface Broken {
  readonly law: Always | Each;
  readonly of: number;
}

export interface Induction {
  readonly system: TransitionSystem;
  readonly state: State;
  readonly call: Call;
  readonly outcome: Outcome;
  readonly after: State;
  /** Undefined where all invariants hold afterwards: then others see what a VM had to itself. */
  readonly broken: Broken | undefined;
}

const onePage = { kvmPages: 1, vcpuPages: 1, hypVmPages: 1, hypVcpuPages: 1, pgdPages: 1, memcacheMin: 1 };

/**
 * Worlds of a few of everything, in which calls go through and fail for every reason. In the second VMs cost no pages,
 * so that more is left for them to share.
 */
export const smallWorlds = ({ rules }: Profile): readonly Config[] =>
  [onePage, { ...nothing, memcacheMin: 1 }].map((sizes) => ({
    ...makeConfig({ memory: 4, near: 2, block: 2, levels: 1, far: false, slots: 2, vcpus: 1, cpus: 2, sizes }),
    ...(rules.has('iommu_map') ? { devices: 1, iovas: 1 } : {}),
  }));

type Check = (state: State) => Broken | undefined;

/** The laws of states that are invariants, judged in full. */
function checkOf(invariants: readonly Always[], { layout }: TransitionSystem): Check {
  const all = invariants.map((law) => ({ ...running(law, layout), law, count: membersOf(law.over, layout) }));
  return (state) => {
    const view = viewOf(state);
    for (const { law, holds, count } of all)
      for (let of = 0; of < count; of++) if (!holds(view, of, state)) return { law, of };
    return undefined;
  };
}

/** The laws of steps, judged of one call. */
function checkOfSteps(steps: readonly Each[], system: TransitionSystem, call: Call) {
  const { layout } = system;
  const compiled = system.rule(call.call);
  const args = new Int32Array(argsLength);
  system.bind(compiled, call, args);
  const all = steps
    .filter((law) => isAbout(law, compiled))
    .map((law) => ({ ...runningStep(law, compiled, layout), law }))
    .map((one) => ({ ...one, count: one.law.over === 'call' ? 1 : membersOf(one.law.over, layout) }));
  return (state: State, after: State): Broken | undefined => {
    const step = new Step(compiled, args, after, viewOf(state), viewOf(after));
    for (const { law, holds, count } of all)
      for (let of = 0; of < count; of++) if (!holds(step, of)) return { law, of };
    return undefined;
  };
}

const membersOf = (over: Family, { dimensions }: Layout): number =>
  families[over].reduce((product, one) => product * dimensions[one], 1);

/** A state with what can be counted in it; nothing is left of earlier steps. */
function viewOf({ layout, cells }: State): View {
  const ghost = new CountedGhost(layout);
  const view = new View(layout, cells, ghost);
  ghost.recount(view);
  return view;
}

/**
 * A counterexample to induction of a rule in a profile, if there is one in a small world; `strays` where the rule only
 * ever touches a record that is not there. Throws a SolverError where z3 cannot be asked.
 */
export async function inductionOf(profile: Profile, rule: Rule): Promise<Induction | 'strays' | undefined> {
  let result: 'strays' | undefined;
  for (const config of smallWorlds(profile)) {
    const found = await inductionIn(config, profile, rule);
    if (found !== undefined && found !== 'strays') return found;
    result ??= found;
  }
  return result;
}

async function inductionIn(config: Config, profile: Profile, rule: Rule): Promise<Induction | 'strays' | undefined> {
  const changed = { ...profile, rules: new Map([...profile.rules, [rule.call, rule]]) };
  // A rule that reaches for a cell which is not there stops, or it would change another.
  const system = new TransitionSystem(changed, config, undefined, { checked: true });
  const laws = lawsOf(profile);
  const invariants = laws.invariants.filter(({ holds }) => !endsVm(rule) || !asksForHistory(holds));
  const steps = laws.steps.filter(({ holds }) => !asksForHistory(holds));
  const check = checkOf(invariants, system);
  // A solver thinks of cells that are not there in its own way: where the rule strays, other arguments are tried.
  const strayed: Call[] = [];
  const script = breaking(rule, { invariants, steps }, system.layout);
  while (strayed.length < attempts) {
    const found = await foundBy(script, rule, system.layout, strayed);
    if (found === undefined) break;
    const { call } = found;
    const attempt = attemptOf(system, check, checkOfSteps(steps, system, call));
    const state = smaller(found.state, (one) => attempt(one, call)?.broken !== undefined);
    const attempted = attempt(state, call);
    if (attempted !== undefined) return { system, state, call, ...attempted };
    strayed.push(call);
  }
  return strayed.length > 0 ? 'strays' : undefined;
}

/**
 * A call that goes through and changes something, if there is one in a small world without straying. Throws a
 * SolverError where z3 cannot be asked.
 */
export async function changeBy(profile: Profile, rule: Rule): Promise<Found | undefined> {
  const changed = { ...profile, rules: new Map([...profile.rules, [rule.call, rule]]) };
  const { invariants } = lawsOf(profile);
  for (const config of smallWorlds(profile)) {
    const system = new TransitionSystem(changed, config, undefined, { checked: true });
    const script = changing(rule, invariants, system.layout);
    const attempt = attemptOf(system, checkOf(invariants, system), () => undefined);
    const strayed: Call[] = [];
    while (strayed.length < attempts) {
      const found = await foundBy(script, rule, system.layout, strayed);
      if (found === undefined) break;
      const after = attempt(found.state, found.call)?.after;
      if (after !== undefined && after.cells.join() !== found.state.cells.join()) return found;
      strayed.push(found.call);
    }
  }
  return undefined;
}

const attempts = 12;

type Attempt = Pick<Induction, 'outcome' | 'after' | 'broken'>;

/** What the call breaks from a state that the invariants allow; undefined where it strays, or is refused. */
const attemptOf =
  (system: TransitionSystem, check: Check, checkStep: (state: State, after: State, call: Call) => Broken | undefined) =>
  (state: State, call: Call): Attempt | undefined => {
    if (check(state) !== undefined) return undefined;
    try {
      const { outcome, state: after } = system.step(state, call);
      return outcome.kind === 'done'
        ? { outcome, after, broken: check(after) ?? checkStep(state, after, call) }
        : undefined;
    } catch (error) {
      if (error instanceof MissingCell) return undefined;
      throw error;
    }
  };

/** What is left behind when a VM ends is no part of a small world. */
function endsVm({ effects }: Rule): boolean {
  const writes = new Set(effects.flatMap((effect) => [...touchesOf(effect).writes]));
  return writes.has('life') && writes.has('mapping');
}
const asksForHistory = (term: Bool): boolean =>
  [...touchesOf(term).tallies].some((name) => name.startsWith('stranded'));

/** The state with as much as possible put back to how it starts: pages, entries and the like whole, then cell by cell. */
function smaller(state: State, isStill: (state: State) => boolean): State {
  if (!isStill(state)) return state;
  const { layout } = state;
  const start = initialState(layout).cells;
  const cells = state.cells.slice();
  const other = (): number[] => [...cells.keys()].filter((cell) => cells[cell] !== start[cell]);
  const putBack = (some: readonly number[]): boolean => {
    const before = some.map((cell) => cells[cell] as number);
    for (const cell of some) cells[cell] = start[cell] as number;
    if (isStill(new State(layout, cells))) return true;
    some.forEach((cell, i) => (cells[cell] = before[i] as number));
    return false;
  };
  const wholes = (): number[][] => {
    const known = new Map<string, number[]>();
    for (const cell of other()) {
      const { field, index } = layout.fieldAt(cell);
      const key = `${allFields[field].over} ${index}`;
      known.set(key, [...(known.get(key) ?? []), cell]);
    }
    return [...known.values()];
  };
  const rounds = [wholes, () => other().map((cell) => [cell]), wholes];
  for (const groups of rounds) for (const one of groups()) putBack(one);
  return new State(layout, cells);
}
