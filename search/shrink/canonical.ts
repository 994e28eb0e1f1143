/**
 * Plain names: pages, frames, CPUs and arguments of a sequence are replaced by plainer ones, as long as it still shows
 * what it showed. Pages that are free at the start are plainer than pages that some earlier call has to free.
 */
import type { Call, Machine } from '../../spec/machine.ts';
import type { Parameter } from '../../spec/parameters.ts';
import { protAll } from '../../spec/world.ts';
import { exchanged, isFrame, isPage, mapped, parametersOf } from './symmetry.ts';
import { valuesOf } from '../generate/plan.ts';

type Still = (calls: readonly Call[]) => boolean;

export class PlainNames {
  private readonly machine: Machine;
  /** All pages, from the plainest to the strangest. */
  private readonly pages: readonly number[];

  constructor(machine: Machine, pages: readonly number[]) {
    this.machine = machine;
    this.pages = pages;
  }

  /** Give everything its plainest name. */
  plainest(calls: readonly Call[], still: Still): Call[] {
    const { machine } = this;
    const frames = machine.world.gfns.map((_, gfn) => gfn);
    let now = [...calls];
    for (let round = 0; round < 4; round++) {
      const before = JSON.stringify(now);
      now = this.exchangeCpus(now, still);
      now = this.exchange(now, isPage, this.pages, still);
      now = this.exchange(now, isFrame, frames, still);
      now = this.exchangeOthers(now, still);
      now = this.plainArguments(now, still);
      if (JSON.stringify(now) === before) break;
    }
    return now;
  }

  /** Calls a little different from this one: on another CPU, or with one other argument. */
  *variantsOf(call: Call, calls: readonly Call[]): IterableIterator<Call> {
    const { machine } = this;
    const pages = this.pagesWorthTrying(calls);
    for (let cpu = 0; cpu < machine.world.cpus; cpu++) if (cpu !== call.cpu) yield { ...call, cpu };
    for (const [position, parameter] of parametersOf(machine, call).entries()) {
      if (parameter.kind === 'prot') continue;
      for (const value of this.ranked(parameter)) {
        if (value === call.args[position] || (isPage(parameter) && !pages.has(value))) continue;
        yield { ...call, args: call.args.map((arg, i) => (i === position ? value : arg)) };
      }
    }
  }

  /** The pages in use, one that is not, and those that are no memory: the other pages are like the one. */
  private pagesWorthTrying(calls: readonly Call[]): ReadonlySet<number> {
    const used = new Set(
      calls.flatMap((call) => call.args.filter((_, i) => isPage(parametersOf(this.machine, call)[i]))),
    );
    const isMemory = (page: number): boolean => this.machine.world.pages[page]?.kind === 'memory';
    const unused = this.pages.find((page) => isMemory(page) && !used.has(page));
    return new Set([
      ...used,
      ...(unused === undefined ? [] : [unused]),
      ...this.pages.filter((page) => !isMemory(page)),
    ]);
  }

  /** Values from the plainest to the strangest. */
  private ranked(parameter: Parameter): readonly number[] {
    if (parameter.kind === 'vm') return Array.from({ length: this.machine.world.slots }, (_, vm) => vm);
    if (isPage(parameter)) return this.pages;
    const values = valuesOf(this.machine, parameter);
    return parameter.kind === 'prot' ? [protAll, ...values.filter((value) => value !== protAll)] : values;
  }

  /** Numbers of one kind, in order of first use, change places with plainer ones. */
  private exchange(
    calls: Call[],
    isKind: (parameter: Parameter | undefined) => boolean,
    order: readonly number[],
    still: Still,
  ): Call[] {
    let now = calls;
    const swap = (one: number, other: number): Call[] =>
      now.map((call) => mapped(this.machine, call, isKind, (value) => exchanged(value, one, other)));
    const used = (): number[] => [
      ...new Set(now.flatMap((call) => call.args.filter((_, i) => isKind(parametersOf(this.machine, call)[i])))),
    ];
    for (let position = 0; position < used().length; position++) {
      const current = used()[position] as number;
      const settled = new Set(used().slice(0, position));
      const plainer = order.slice(0, order.indexOf(current)).filter((one) => !settled.has(one));
      now = plainer.map((one) => swap(current, one)).find(still) ?? now;
    }
    return now;
  }

  /** What else calls name alike: devices, instances, versions of an app. Not all calls take all of them. */
  private exchangeOthers(calls: Call[], still: Still): Call[] {
    const parameters = calls.flatMap((call) => parametersOf(this.machine, call));
    const named = parameters.filter((one) => !isPage(one) && !isFrame(one) && one.kind !== 'vm' && one.kind !== 'prot');
    const byKind = new Map(named.map((one) => [one.kind, one]));
    const isSound: Still = (candidate) => candidate.every((call) => this.isOffered(call)) && still(candidate);
    return [...byKind].reduce(
      (now, [kind, one]) => this.exchange(now, (parameter) => parameter?.kind === kind, this.ranked(one), isSound),
      calls,
    );
  }

  private isOffered(call: Call): boolean {
    const { machine } = this;
    return parametersOf(machine, call).every(
      ({ kind, values }, i) => kind === 'vm' || values(machine.world).includes(call.args[i] ?? 0),
    );
  }

  private exchangeCpus(calls: Call[], still: Still): Call[] {
    const first = calls[0]?.cpu ?? 0;
    if (first === 0) return calls;
    const all = calls.map((call) => ({ ...call, cpu: exchanged(call.cpu, 0, first) }));
    return still(all) ? all : calls;
  }

  /** Each argument by itself, and the CPU of each call. */
  private plainArguments(calls: Call[], still: Still): Call[] {
    let now = calls;
    const attempt = (at: number, call: Call): boolean => {
      const candidate = now.map((one, i) => (i === at ? call : one));
      if (!still(candidate)) return false;
      now = candidate;
      return true;
    };
    for (const at of calls.keys()) {
      const call = now[at] as Call;
      if (call.cpu !== 0) attempt(at, { ...call, cpu: 0 });
      for (const [position, parameter] of parametersOf(this.machine, call).entries()) {
        for (const value of this.ranked(parameter)) {
          const current = now[at] as Call;
          if (value === current.args[position]) break;
          const args = current.args.map((arg, i) => (i === position ? value : arg));
          if (attempt(at, { ...current, args })) break;
        }
      }
    }
    return now;
  }
}

/** The pages of a world from the plainest on: memory that is the host's alone at the start, other memory, the rest. */
export function plainPages(machine: Machine, start: Int32Array): number[] {
  const { pages } = machine.world;
  const rank = (page: number): number => {
    if (pages[page]?.kind !== 'memory' || pages[page].of !== page) return 2;
    return start[machine.layout.base.host + page] === 0 ? 0 : 1;
  };
  return pages.map((_, page) => page).sort((a, b) => rank(a) - rank(b) || a - b);
}
