/**
 * Canonical names: pages, frames, CPUs and arguments of a sequence are replaced by simpler ones, as long as it still
 * fails. Pages that are free at the start are simpler than pages that some earlier call has to free.
 */
import type { Call, TransitionSystem } from '../../spec/transition-system.ts';
import type { Parameter } from '../../spec/parameters.ts';
import { pageStates } from '../../spec/fields.ts';
import { protAll } from '../../spec/config.ts';
import { mapped } from '../engine/sequence.ts';
import type { SmallerCalls } from '../engine/sequence.ts';
import { valuesOf } from '../generate/plan.ts';
import { exchanged, isFrame, isPage, mapped as renamed, parametersOf } from './symmetry.ts';
import type { IsKind } from './symmetry.ts';

const mostRounds = 4;

export class CanonicalNames {
  private readonly system: TransitionSystem;
  /** All pages, in canonical order. */
  private readonly pages: readonly number[];

  constructor(system: TransitionSystem, pages: readonly number[]) {
    this.system = system;
    this.pages = pages;
  }

  /** Give everything its canonical name. */
  *of<C extends Call>(calls: readonly C[]): SmallerCalls<C> {
    const frames = this.system.config.gfns.map((_, gfn) => gfn);
    let now = calls;
    for (let round = 0; round < mostRounds; round++) {
      const before = JSON.stringify(now);
      now = yield* this.exchangeCpus(now);
      now = yield* this.exchange(now, isPage, this.pages);
      now = yield* this.exchange(now, isFrame, frames);
      now = yield* this.exchangeOthers(now);
      now = yield* this.canonicalArguments(now);
      if (JSON.stringify(now) === before) break;
    }
    return now;
  }

  /** Calls a little different from this one: on another CPU, or with one other argument. */
  *variantsOf<C extends Call>(call: C, calls: readonly C[]): IterableIterator<C> {
    const { system } = this;
    const pages = this.pagesWorthTrying(calls);
    for (let cpu = 0; cpu < system.config.cpus; cpu++) if (cpu !== call.cpu) yield { ...call, cpu };
    for (const [position, parameter] of parametersOf(system, call).entries()) {
      if (parameter.kind === 'prot') continue;
      for (const value of this.ranked(parameter)) {
        if (value === call.args[position] || (isPage(parameter) && !pages.has(value))) continue;
        yield withArg(call, position, value);
      }
    }
  }

  /** The pages in use, one that is not, and those that are no memory: the other pages are like the one. */
  private pagesWorthTrying(calls: readonly Call[]): ReadonlySet<number> {
    const used = new Set(this.named(calls, isPage));
    const isMemory = (page: number): boolean => this.system.config.pages[page]?.kind === 'memory';
    const unused = this.pages.find((page) => isMemory(page) && !used.has(page));
    return new Set([
      ...used,
      ...(unused === undefined ? [] : [unused]),
      ...this.pages.filter((page) => !isMemory(page)),
    ]);
  }

  /** The numbers of one kind that calls name, in order of first use. */
  private named(calls: readonly Call[], isKind: IsKind): number[] {
    const { system } = this;
    return [...new Set(calls.flatMap((call) => call.args.filter((_, i) => isKind(parametersOf(system, call)[i]))))];
  }

  /** Values in canonical order. */
  private ranked(parameter: Parameter): readonly number[] {
    if (parameter.kind === 'vm') return Array.from({ length: this.system.config.slots }, (_, vm) => vm);
    if (isPage(parameter)) return this.pages;
    const values = valuesOf(this.system, parameter);
    return parameter.kind === 'prot' ? [protAll, ...values.filter((value) => value !== protAll)] : values;
  }

  /** Numbers of one kind, in order of first use, change places with simpler ones. */
  private *exchange<C extends Call>(
    calls: readonly C[],
    isKind: IsKind,
    order: readonly number[],
    isSound: (calls: readonly C[]) => boolean = () => true,
  ): SmallerCalls<C> {
    let now = calls;
    for (let position = 0; position < this.named(now, isKind).length; position++) {
      const used = this.named(now, isKind);
      const current = used[position] as number;
      const settled = new Set(used.slice(0, position));
      const simpler = order.slice(0, order.indexOf(current)).filter((one) => !settled.has(one));
      const from = now;
      const swap = (one: number): readonly C[] =>
        from.map((call) => renamed(this.system, call, isKind, (value) => exchanged(value, current, one)));
      now = (yield simpler.map(swap).filter(isSound)) ?? now;
    }
    return now;
  }

  /** What else calls name alike: devices, instances, versions of an app. Not all calls take all of them. */
  private *exchangeOthers<C extends Call>(calls: readonly C[]): SmallerCalls<C> {
    const parameters = calls.flatMap((call) => parametersOf(this.system, call));
    const others = parameters.filter(
      (one) => !isPage(one) && !isFrame(one) && one.kind !== 'vm' && one.kind !== 'prot',
    );
    let now = calls;
    for (const [kind, one] of new Map(others.map((other) => [other.kind, other]))) {
      const isKind: IsKind = (parameter) => parameter?.kind === kind;
      now = yield* this.exchange(now, isKind, this.ranked(one), (all) => all.every((call) => this.isOffered(call)));
    }
    return now;
  }

  private isOffered(call: Call): boolean {
    const { system } = this;
    return parametersOf(system, call).every(
      ({ kind, values }, i) => kind === 'vm' || values(system.config).includes(call.args[i] ?? 0),
    );
  }

  private *exchangeCpus<C extends Call>(calls: readonly C[]): SmallerCalls<C> {
    const first = calls[0]?.cpu ?? 0;
    if (first === 0) return calls;
    return (yield [calls.map((call) => ({ ...call, cpu: exchanged(call.cpu, 0, first) }))]) ?? calls;
  }

  /** Each argument by itself, and the CPU of each call. */
  private *canonicalArguments<C extends Call>(calls: readonly C[]): SmallerCalls<C> {
    let now = calls;
    for (const at of calls.keys()) {
      const call = now[at];
      if (call === undefined) break;
      if (call.cpu !== 0) now = (yield [now.with(at, { ...call, cpu: 0 })]) ?? now;
      for (const [position, parameter] of parametersOf(this.system, call).entries()) {
        const from = now;
        const current = from[at] as C;
        const values = this.ranked(parameter);
        const rank = values.indexOf(current.args[position] as number);
        const simpler = rank < 0 ? values : values.slice(0, rank);
        now = (yield mapped(simpler, (value) => from.with(at, withArg(current, position, value)))) ?? now;
      }
    }
    return now;
  }
}

const withArg = <C extends Call>(call: C, position: number, value: number): C => ({
  ...call,
  args: call.args.with(position, value),
});

/** The pages of a scope in canonical order: memory that is the host's alone at the start, other memory, the rest. */
export function canonicalPages(system: TransitionSystem, start: Int32Array): number[] {
  const { pages } = system.config;
  const owned = pageStates.indexOf('OWNED');
  const rank = (page: number): number => {
    if (pages[page]?.kind !== 'memory' || pages[page].of !== page) return 2;
    return start[system.layout.base.host + page] === owned ? 0 : 1;
  };
  return pages.map((_, page) => page).sort((a, b) => rank(a) - rank(b) || a - b);
}
