import { describe, expect, test } from 'vitest';
import { TransitionSystem } from '../../spec/transition-system.ts';
import { linux73 } from '../../spec/profiles/linux-7.3.ts';
import type { State } from '../../spec/state.ts';
import { allProperties } from '../../properties/chapters.ts';
import * as fc from 'fast-check';
import { sequencesOf } from '../engine/arbitrary.ts';
import { trace, bound } from '../judge/replay.ts';
import { readCall } from '../judge/written-call.ts';
import { RuleSequences } from '../rules/sequences.ts';
import { full, pages, startOf } from '../scopes/linux.ts';
import { accessesOf, backwardSlice } from './slice.ts';

const system = new TransitionSystem(linux73, pages.config);

describe('a backward slice', () => {
  const calls = [
    { call: 'host_share_hyp', cpu: 0, args: { page: 'P0' } },
    { call: 'host_share_hyp', cpu: 0, args: { page: 'P1' } },
    { call: 'donate_guest', cpu: 0, args: { page: 'P0', gfn: 'G0' } },
    { call: 'host_unshare_hyp', cpu: 0, args: { page: 'P0' } },
    { call: 'host_share_hyp', cpu: 0, args: { page: 'P0' } },
  ].map((written) => readCall(system, written));
  const slice = backwardSlice(accessesOf(system, startOf(system, pages), calls), new Set([4]));

  test('keeps what the last call depends on, and drops other pages and refused calls', () => {
    expect(slice).toEqual([0, 3, 4]);
  });

  test('of one call alone is that call', () => {
    expect(backwardSlice(accessesOf(system, startOf(system, pages), calls.slice(0, 2)), new Set([1]))).toEqual([1]);
  });
});

test('the last call of a slice is answered as it is in the whole sequence', () => {
  const crowded = new TransitionSystem(linux73, full.config);
  const subject = new RuleSequences(crowded, full, allProperties(crowded), 60);
  const start = startOf(crowded, full);
  const sameAnswer = fc.property(sequencesOf(subject), ({ calls }) => {
    const taken = bound(crowded, full, calls);
    const kept = backwardSlice(accessesOf(crowded, start, taken), new Set([taken.length - 1]));
    let state: State = start;
    let last;
    for (const at of kept) {
      const step = crowded.step(state, taken[at] ?? { call: '', cpu: 0, args: [] });
      state = step.state;
      last = step.outcome;
    }
    expect(last).toEqual(trace(crowded, full, calls).at(-1)?.outcome);
  });
  fc.assert(sameAnswer, { numRuns: 100 });
});
