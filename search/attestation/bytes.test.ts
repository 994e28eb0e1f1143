import { expect, test } from 'vitest';
import { done, TransitionSystem } from '../../spec/transition-system.ts';
import { attest15 } from '../../spec/profiles/attest-15.ts';
import { initialState } from '../../spec/state.ts';
import { argsLength } from '../../spec/language/run.ts';
import { Generator } from '../generate/generator.ts';
import { attestation } from '../scopes/attestation.ts';
import { Random } from '../generate/random.ts';
import { Exchange } from './exchange.ts';
import type { Arguments, Refusal } from './exchange.ts';

const system = new TransitionSystem(attest15, attestation.config);
const { flow } = attestation.config;
if (flow === undefined) throw new Error('unreachable: VMs are attested in this scope');

/** One call, and how it ends by the rules. */
interface Ended {
  readonly call: string;
  readonly args: Arguments;
  readonly refusal: Refusal;
  readonly changes: boolean;
}

const endOf = ({ call, refusal }: Ended): string => refusal ?? call;

function drawn(seed: number, steps: number): Ended[] {
  const state = initialState(system.layout);
  const generator = new Generator(system, new Random(seed), attestation.weights);
  const args = new Int32Array(argsLength);
  return Array.from({ length: steps }, () => {
    const rule = generator.next(state, args);
    const guard = system.apply(state, rule, args);
    const changes = state.written > 0;
    state.settle();
    const named = Object.fromEntries(rule.names.map((name, at) => [name, args[at + 1] as number]));
    const refusal = guard === done ? undefined : rule.guards[guard]?.clause;
    return { call: rule.rule.call, args: named, refusal, changes };
  });
}

const ends = new Set(
  [...attest15.rules.values()].flatMap(({ call, guards }) => [call, ...guards.map(({ clause }) => clause as string)]),
);

/** Sequences that between them come to every end, each up to the last one that it adds, for signatures are slow. */
function sequences(): Ended[][] {
  const missing = new Set(ends);
  return Array.from({ length: 300 }, (_, seed) => drawn(seed, 200))
    .map((calls) => calls.slice(0, calls.map((one) => missing.delete(endOf(one))).lastIndexOf(true) + 1))
    .filter(({ length }) => length > 0);
}

test(
  'in bytes each call is answered as the rules say, and a secret is opened by whom it is for',
  { timeout: 120_000 },
  () => {
    const tried = new Map<string, number>();
    for (const calls of sequences()) {
      const exchange = new Exchange(flow);
      for (const one of calls) {
        const often = tried.get(endOf(one)) ?? 0;
        if (!one.changes && often >= 1) continue;
        tried.set(endOf(one), often + 1);
        expect({ ...one, refusal: exchange.call(one.call, one.args) }).toEqual(one);
      }
      expect(exchange.opensOnlyFor).toBe(true);
    }
    expect([...ends].filter((end) => !tried.has(end))).toEqual([]);
  },
);
