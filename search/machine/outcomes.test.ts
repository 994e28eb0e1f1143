import { expect, test } from 'vitest';
import { argsLength } from '../../spec/language/run.ts';
import { clauses } from '../../spec/clauses.generated.ts';
import type { Rule } from '../../spec/rule.ts';
import { State } from '../../spec/state.ts';
import { done } from '../../spec/transition-system.ts';
import { machineSequence } from './campaign.ts';
import { furtherScopes, shippedScopes } from './further-scopes.ts';
import { androidModelProfile, linux74ModelProfile, shippedModelProfile } from './profile.ts';
import type { MachineScope } from './scope-parts.ts';
import { machineScopes } from './scopes.ts';
import { TwoRunHarness } from './two-run.ts';
import { MachineWalk } from './walk.ts';

/**
 * Runs in each scope, at the most: with four seeds the last outcome was met in run 63 of these at the latest, and in run
 * 29 as shipped. Seeds that are even let calls follow each other, so that each has one outcome.
 */
const most = 250;
/** Longer runs of a system as it is shipped come to what is lost there. */
const mostAsShipped = 120;

/** What no scope shows, beside guards that by the rules never decide. */
const unshown: Readonly<Record<string, string>> = {
  'force_reclaim_guest_page RECLAIM-CODE': 'no scope of the machine has pages of the hypervisor’s code',
  'init_vm INIT-VM-PGD-ORDER': 'a root table has one page here, which is always aligned',
};

const outcome = (call: string, clause: string | undefined): string => `${call} ${clause ?? 'done'}`;

/** Runs of a machine that agrees with the rules, and which outcomes its calls had by them. */
class Outcomes {
  readonly met = new Set<string>();
  private readonly walk: MachineWalk;

  constructor(scope: MachineScope, judged?: ReadonlySet<string>) {
    const harness = new TwoRunHarness(scope, { hasSecond: false, judged });
    this.walk = new MachineWalk(harness);
    const { spec } = harness;
    const before = new State(spec.layout, new Int32Array(spec.layout.length));
    const args = new Int32Array(argsLength);
    const perform = harness.perform.bind(harness);
    harness.perform = (move) => {
      before.cells.set(harness.state.cells);
      const violation = perform(move);
      const one = harness.performed.at(-1);
      if (one === undefined || violation !== undefined) return violation;
      args.set(one.args);
      const guard = spec.apply(before, one.rule, args);
      before.settle();
      this.met.add(outcome(one.call, guard === done ? undefined : one.rule.guards[guard]?.clause));
      return undefined;
    };
  }

  /** Calls are directed at the outcomes that are missing everywhere, as far as this machine has them. */
  aimAt(missing: readonly string[]): void {
    const ends = new Set(missing);
    this.walk.aims = [...this.walk.harness.spec.rules.values()].flatMap(({ rule: { call }, guards }) => [
      ...guards.flatMap(({ clause }, end) => (ends.has(outcome(call, clause)) ? [{ call, end }] : [])),
      ...(ends.has(outcome(call, undefined)) ? [{ call, end: done }] : []),
    ]);
  }

  run(number: number): void {
    expect(this.walk.run(2 * number, machineSequence)?.violation).toBeUndefined();
  }
}

const allOf = (rules: Iterable<readonly [string, Rule]>): string[] =>
  [...rules].flatMap(([call, { guards }]) => [
    ...guards.flatMap((step) => (step.kind === 'must' && step.redundant !== true ? [outcome(call, step.clause)] : [])),
    outcome(call, undefined),
  ]);

test('as Linux 7.4 the machine has every outcome of every call', { timeout: 300_000 }, () => {
  const scopes = [...machineScopes, ...furtherScopes].filter(({ profile }) => profile === linux74ModelProfile);
  const seen = scopes.map((scope) => new Outcomes(scope));
  const isMet = (one: string): boolean => seen.some(({ met }) => met.has(one));
  const all = allOf(linux74ModelProfile.rules);
  const missing = (): string[] => all.filter((one) => !isMet(one));
  for (let run = 1; run <= most && missing().length > Object.keys(unshown).length; run++) {
    for (const one of seen) {
      one.aimAt(missing());
      one.run(run);
    }
  }
  expect(missing().sort()).toEqual(Object.keys(unshown).sort());
});

const unshownAsShipped: Readonly<Record<string, string>> = {
  'guest_mem_share MEM-SHARE-UNPOISONED': 'Android has no call that poisons a frame',
  'init_vm INIT-VM-PGD-ORDER': 'a root table has one page here, which is always aligned',
};
/** What is lost in these scopes (`shipped.test.ts`). */
const lost: ReadonlySet<string> = new Set([
  'AVAIL-RECLAIM',
  'MEM-HYP-PRIVATE',
  'MEM-HOST-PRIVATE',
  'MEM-PRIVATE',
  'MEM-WIPE',
]);

test('as Android 16 ships it, the machine has every outcome of every call that differs', { timeout: 300_000 }, () => {
  const differing = [...shippedModelProfile.rules].filter(
    ([call, rule]) => androidModelProfile.rules.get(call) !== rule,
  );
  const all = allOf(differing);
  const judged = new Set(Object.keys(clauses).filter((clause) => !lost.has(clause)));
  const seen = shippedScopes.map((scope) => new Outcomes(scope, judged));
  const missing = (): string[] => all.filter((one) => !seen.some(({ met }) => met.has(one)));
  for (let run = 1; run <= mostAsShipped && missing().length > Object.keys(unshownAsShipped).length; run++) {
    for (const one of seen) {
      one.aimAt(missing());
      one.run(run);
    }
  }
  expect(missing().sort()).toEqual(Object.keys(unshownAsShipped).sort());
});
