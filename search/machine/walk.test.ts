import { expect, test } from 'vitest';
import { machineSequence } from './campaign.ts';
import { harnessFor } from './counterexample.ts';
import { ending } from './scopes.ts';
import { MachineWalk } from './walk.ts';

const renewal = ['start_teardown_vm', 'finalize_teardown_vm', 'reserve_vm', 'init_vm', 'init_vcpu'];
const seeds = 400;

/** The first seed with which a call is held while these are made, one after the other. */
function heldBeside(walk: MachineWalk, calls: readonly string[]): number | undefined {
  for (let seed = 1; seed <= seeds; seed += 2) {
    walk.run(seed, machineSequence);
    const { moves } = walk;
    const isHeld = moves.some(
      ({ preemption }, i) =>
        preemption?.by === calls.length && calls.every((call, after) => moves[i + 1 + after]?.call === call),
    );
    if (isHeld) return seed;
  }
  return undefined;
}

test('a call can be held while its VM ends and another takes the handle, up to a vCPU', () => {
  expect(heldBeside(new MachineWalk(harnessFor(ending, undefined)), renewal)).toBeDefined();
});
