/** Sequences of calls for fast-check: drawn by the guided generator, shrunk by what the calls mean. */
import * as fc from 'fast-check';
import type { Call, Machine } from '../../spec/machine.ts';
import { argsLength, passed } from '../../spec/term.ts';
import { Draw } from './generator.ts';
import { Random } from './random.ts';
import { asSequence, trace } from '../judge/replay.ts';
import { startOf } from '../scopes/linux.ts';
import type { NamedWorld } from '../scopes/linux.ts';

class Sequences extends fc.Arbitrary<Call[]> {
  private readonly machine: Machine;
  private readonly named: NamedWorld;
  private readonly maxLength: number;

  constructor(machine: Machine, named: NamedWorld, maxLength: number) {
    super();
    this.machine = machine;
    this.named = named;
    this.maxLength = maxLength;
  }

  generate(mrng: fc.Random): fc.Value<Call[]> {
    const { machine, named } = this;
    const draw = new Draw(machine, new Random(mrng.nextInt(-0x80000000, 0x7fffffff)), named.weights);
    const state = startOf(machine, named);
    const args = new Int32Array(argsLength);
    const calls = Array.from({ length: mrng.nextInt(1, this.maxLength) }, (): Call => {
      const rule = draw.next(state, args);
      machine.apply(state, rule, args);
      state.settle();
      const given = rule.names.map((_, i) => args[i + 1 + passed] as number);
      return { call: rule.rule.call, cpu: args[0] as number, args: given };
    });
    return new fc.Value(asSequence(machine, named, calls), undefined);
  }

  canShrinkWithoutContext(value: unknown): value is Call[] {
    return Array.isArray(value) && value.every((call: Call) => this.machine.rules.has(call.call));
  }

  shrink(calls: Call[]): fc.Stream<fc.Value<Call[]>> {
    return fc.stream(this.candidates(calls)).map((candidate) => new fc.Value(candidate, undefined));
  }

  /** Shorter and plainer sequences, the boldest first. */
  private *candidates(calls: Call[]): IterableIterator<Call[]> {
    const traced = trace(this.machine, this.named, calls);
    const heeded = calls.filter((_, i) => i === calls.length - 1 || traced[i]?.outcome.kind === 'done');
    if (heeded.length < calls.length) yield heeded;
    for (let size = Math.ceil(calls.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let end = calls.length; end > 0; end -= size) {
        const left = [...calls.slice(0, Math.max(0, end - size)), ...calls.slice(end)];
        if (left.length > 0 && left.length < calls.length) yield left;
      }
    }
    yield* pairsOut(calls);
    yield* this.plainer(calls);
  }

  /** One argument or CPU replaced by one that stands earlier among the values. */
  private *plainer(calls: Call[]): IterableIterator<Call[]> {
    for (const [at, call] of calls.entries()) {
      const replaced = (other: Call): Call[] => calls.map((one, i) => (i === at ? other : one));
      if (call.cpu > 0) yield replaced({ ...call, cpu: 0 });
      const parameters = Object.values(this.machine.rule(call.call).rule.parameters);
      for (const [position, parameter] of parameters.entries()) {
        const current = call.args[position];
        const values = parameter.kind === 'vm' ? this.entries() : parameter.values(this.machine.world);
        for (const value of values) {
          if (value === current) break;
          yield replaced({ ...call, args: call.args.map((arg, i) => (i === position ? value : arg)) });
        }
      }
    }
  }

  private entries(): number[] {
    return Array.from({ length: this.machine.world.slots }, (_, vm) => vm);
  }
}

function* pairsOut(calls: Call[]): IterableIterator<Call[]> {
  if (calls.length > 20) return;
  for (let second = calls.length - 1; second > 0; second--) {
    for (let first = 0; first < second; first++) {
      if (calls.length > 2) yield calls.filter((_, i) => i !== first && i !== second);
    }
  }
}

/** Sequences of up to `maxLength` calls in a world; VMs are named in order of reservation. */
export const sequences = (machine: Machine, named: NamedWorld, maxLength = 100): fc.Arbitrary<Call[]> =>
  new Sequences(machine, named, maxLength);
