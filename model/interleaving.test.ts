import { describe, expect, test } from 'vitest';
import { abstractionOf } from './abstraction.ts';
import { makeVm, must } from './actions.ts';
import { Machine, type Progress } from './machine.ts';
import { smallConfig, smallPages } from './small-config.ts';
import { restore, type Snapshot, takeSnapshot } from './snapshot.ts';

const { data } = smallPages;

interface Step {
  readonly call: string;
  readonly args: Record<string, number>;
}

/** Every schedule of two calls, as the CPU that goes on at each step. A CPU that waits for a lock cannot go on. */
function allSchedules(machine: Machine, start: Snapshot, calls: readonly Step[]): string[] {
  const found: string[] = [];
  const explore = (prefix: readonly number[]): void => {
    const { outcome, choices } = follow(machine, start, calls, prefix);
    if (outcome !== undefined) found.push(outcome);
    for (const cpu of choices) explore([...prefix, cpu]);
  };
  explore([]);
  return found;
}

function follow(
  machine: Machine,
  start: Snapshot,
  calls: readonly Step[],
  schedule: readonly number[],
): { outcome: string | undefined; choices: number[] } {
  restore(machine, start);
  calls.forEach((call, cpu) => machine.begin(cpu, call));
  const last: (Progress | undefined)[] = calls.map(() => undefined);
  for (const cpu of schedule) last[cpu] = machine.advance(cpu);
  const canGo = (cpu: number): boolean => {
    const progress = last[cpu];
    if (progress?.kind !== 'paused' || progress.pause.waitsFor === undefined) return machine.isBusy(cpu);
    return progress.pause.waitsFor.holder === -1;
  };
  const choices = calls.map((_, cpu) => cpu).filter(canGo);
  const isOver = calls.every((_, cpu) => !machine.isBusy(cpu));
  if (!isOver && choices.length === 0) throw new Error('deadlock');
  return { outcome: isOver ? JSON.stringify([last, abstractionOf(machine)]) : undefined, choices };
}

function inOrder(machine: Machine, start: Snapshot, calls: readonly Step[], order: readonly number[]): string {
  restore(machine, start);
  const last: Progress[] = [];
  for (const cpu of order) last[cpu] = machine.answer({ ...calls[cpu]!, cpu });
  return JSON.stringify([last, abstractionOf(machine)]);
}

const take = { call: 'force_reclaim_guest_page', args: { page: data } };
const give = { call: 'donate_guest', args: { page: data + 1, gfn: 2 } };
const pairs: readonly (readonly [string, readonly Step[]])[] = [
  ['a donation against a reclaim by force', [give, take]],
  ['a donation against a share of the same page', [give, { call: 'host_share_hyp', args: { page: data + 1 } }]],
  ['a donation against a read of the same page', [give, { call: 'host_read', args: { page: data + 1, word: 0 } }]],
  ['a write of the guest against a reclaim by force', [guestWrites(), take]],
  ['a share by the guest against a reclaim by force', [guestShares(), take]],
  ['a put against the start of a teardown', [call('vcpu_put'), call('start_teardown_vm')]],
  ['a put against a load on another CPU', [call('vcpu_put'), call('vcpu_load')]],
];

function call(name: string): Step {
  return { call: name, args: { vm: 0, index: 0 } };
}
function guestWrites(): Step {
  return { call: 'guest_write', args: { vm: 0, vcpu: 0, gfn: 1, word: 0, value: 5 } };
}
function guestShares(): Step {
  return { call: 'guest_mem_share', args: { vm: 0, vcpu: 0, gfn: 1, argFault: 0 } };
}

describe('every schedule of two calls ends as one of their orders does', () => {
  test.each(pairs)('%s', (_, calls) => {
    const machine = new Machine(smallConfig());
    makeVm(machine, true);
    must(machine, 'donate_guest', { page: data, gfn: 1 });
    const start = takeSnapshot(machine);
    const orders = [inOrder(machine, start, calls, [0, 1]), inOrder(machine, start, calls, [1, 0])];
    const outcomes = allSchedules(machine, start, calls);
    expect(outcomes.length).toBeGreaterThan(1);
    for (const outcome of outcomes) expect(orders).toContain(outcome);
  });
});
