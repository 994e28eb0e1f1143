/**
 * Negative controls: guarantees that are void where something is missing; a trace that breaks them exists, and is
 * looked for.
 */
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { Config } from '../../spec/config.ts';
import type { Weights } from '../generate/generator.ts';
import { breakMachines, MoveSequences } from './campaign.ts';
import { TwoRunHarness } from './two-run.ts';
import type { Move } from './performed.ts';
import type { Setup } from './two-run.ts';
import { laws } from './laws.ts';
import type { MachineLaw } from '../../properties/machine-law.ts';
import { machineScopes } from './scopes.ts';

export interface NegativeControl {
  readonly law: MachineLaw;
  /** What is missing: in the machine, or in the scope around it. */
  readonly setup?: Setup;
  readonly config?: Partial<Config>;
  /** Calls to be drawn more often than usual. */
  readonly weights?: Weights;
  /** The clause that breaks then, and by which calls. */
  readonly breaks: ClauseId;
  readonly by: RegExp;
}

const withoutIommu = { config: { socCoversDma: false }, weights: { device_bypass_read: 2, device_bypass_write: 2 } };

export const negativeControls: readonly NegativeControl[] = [
  { ...withoutIommu, law: laws.deviceReads, breaks: 'MEM-CONFIDENTIAL', by: /^device_bypass_read$/ },
  { ...withoutIommu, law: laws.deviceWrites, breaks: 'MEM-INTEGRITY', by: /^device_bypass_write$/ },
  {
    law: laws.stateUpstream,
    setup: { options: { isolatesCpuState: false } },
    breaks: 'CPU-EXPOSURE',
    by: /^guest_/,
  },
  {
    law: laws.stateSetUpstream,
    setup: { options: { isolatesCpuState: false } },
    breaks: 'CPU-STATE-INTEGRITY',
    by: /^host_set_register$/,
  },
  { law: laws.unprotected, setup: { secretIs: 'not protected' }, breaks: 'MEM-CONFIDENTIAL', by: /^host_read/ },
];

export interface Exhibited {
  readonly runs: number;
  readonly calls: number;
  /** The trace, unless none was found. */
  readonly moves: readonly Move[] | undefined;
}

/** Look for a trace in so many sequences at the most. */
export async function exhibit(
  { setup, config, weights, breaks, by }: NegativeControl,
  seed: number,
  most: number,
): Promise<Exhibited> {
  const judged = new Set([breaks]);
  const subjects = machineScopes.map((scope) => {
    const lacking = { ...scope, config: { ...scope.config, ...config }, weights: { ...scope.weights, ...weights } };
    return new MoveSequences(new TwoRunHarness(lacking, { ...setup, judged, refines: false }));
  });
  const { runs, found } = await breakMachines(subjects, {
    seed,
    runs: most,
    shrinks: false,
    counts: (moves) => by.test(moves.at(-1)?.call ?? ''),
  });
  const calls = subjects.reduce((sum, subject) => sum + subject.calls, 0);
  return { runs, calls, moves: found?.moves };
}
