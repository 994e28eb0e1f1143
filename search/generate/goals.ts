/**
 * Goals: the ends of calls, and the pairs of guards that fail together, that a sequence has not met yet. Those that it
 * has not met come first; one that cannot be met in this state waits until all others have had their turn.
 */
import { done } from '../../spec/transition-system.ts';
import type { CompiledRule, TransitionSystem } from '../../spec/transition-system.ts';
import type { State } from '../../spec/state.ts';
import type { Args } from '../../spec/language/run.ts';
import { tellablePairs } from '../judge/failing.ts';
import { searchFor } from './directed.ts';
import type { DirectedArguments, DirectedSearch } from './directed.ts';
import { searchPlainly } from './directed-plain.ts';
import { allThatIsOffered } from './generator.ts';
import type { Offers } from './generator.ts';
import { targetsOf, valuesOf } from './plan.ts';
import type { Random } from './random.ts';

/** An end of a call; with a guard that is to fail too, where there is one. */
interface Goal {
  readonly rule: CompiledRule;
  readonly target: number;
  readonly beside: number | undefined;
}

/** How many goals are tried for one call. */
const triesPerCall = 8;

export class Goals {
  private readonly system: TransitionSystem;
  private readonly random: Random;
  private readonly offers: Offers;
  private readonly directed = new Map<Goal, DirectedArguments | undefined>();
  private readonly searches: Searches;
  private readonly all: readonly Goal[];
  /** In the order of their turns. */
  private ahead: Goal[] = [];
  private met: Goal[] = [];

  /** Of the calls that are named. */
  constructor(system: TransitionSystem, random: Random, calls: ReadonlySet<string>, offers = allThatIsOffered) {
    this.system = system;
    this.random = random;
    this.offers = offers;
    const rules = [...system.rules.values()].filter(({ rule }) => calls.has(rule.call));
    this.all = rules.flatMap(goalsOf);
    this.searches = searchesOf(system, offers);
  }

  /** Begin a sequence: the random numbers decide which goals come first. */
  restart(): void {
    this.ahead = shuffled(this.all, this.random);
    this.met = [];
  }

  /** A call that meets a goal of which the sequence has not met the like; its arguments are put into `args`. */
  next(state: State, args: Args): CompiledRule | undefined {
    for (let tries = 0; tries < triesPerCall && this.ahead.length > 0; tries++) {
      const goal = this.ahead.shift() as Goal;
      const direct = this.directedAt(goal);
      if (direct === undefined) continue;
      const isMet = direct(state, args);
      (isMet ? this.met : this.ahead).push(goal);
      if (isMet) return goal.rule;
    }
    this.beginAgain();
    return undefined;
  }

  /** Once little is left but what cannot be met, what was met has its turn again. */
  private beginAgain(): void {
    if (this.ahead.length > this.met.length) return;
    this.ahead.push(...this.met);
    this.met = [];
  }

  private directedAt(goal: Goal): DirectedArguments | undefined {
    if (this.directed.has(goal)) return this.directed.get(goal);
    const search = this.searchOf(goal);
    const direct = search && searchPlainly(search, this.random);
    this.directed.set(goal, direct);
    return direct;
  }

  private searchOf(goal: Goal): DirectedSearch | undefined {
    if (this.searches.has(goal)) return this.searches.get(goal);
    const { rule, target, beside } = goal;
    const offered = Object.entries(rule.rule.parameters).map(([name, parameter]) =>
      Int32Array.from(this.offers(rule.rule.call, name) ?? valuesOf(this.system, parameter)),
    );
    const search = searchFor(this.system, rule, target, offered, beside);
    this.searches.set(goal, search);
    return search;
  }
}

/** What is searched for each goal, the same for all sequences in which the same values are offered. */
type Searches = Map<Goal, DirectedSearch | undefined>;
const known = new WeakMap<TransitionSystem, WeakMap<Offers, Searches>>();
function searchesOf(system: TransitionSystem, offers: Offers): Searches {
  const ofSystem = known.get(system) ?? new WeakMap<Offers, Searches>();
  known.set(system, ofSystem);
  const searches = ofSystem.get(offers) ?? (new Map() as Searches);
  ofSystem.set(offers, searches);
  return searches;
}

const goals = new WeakMap<CompiledRule, readonly Goal[]>();
function goalsOf(rule: CompiledRule): readonly Goal[] {
  const all = goals.get(rule) ?? endsAndPairs(rule);
  goals.set(rule, all);
  return all;
}

function endsAndPairs(rule: CompiledRule): Goal[] {
  const count = rule.guards.length;
  const ends = [done, ...targetsOf(rule)].map((target): Goal => ({ rule, target, beside: undefined }));
  const pairs = [...tellablePairs(rule)].flatMap((tellable, pair): Goal[] =>
    tellable === 1 ? [{ rule, target: Math.floor(pair / count), beside: pair % count }] : [],
  );
  return [...ends, ...pairs];
}

function shuffled<T>(list: readonly T[], random: Random): T[] {
  const left = [...list];
  return list.map(() => left.splice(random.below(left.length), 1)[0] as T);
}
