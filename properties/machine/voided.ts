/** Guarantees that are void where something is missing: a trace that breaks them exists, and is looked for. */
import { wholeDesign } from '../../model/machine.ts';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import { seedFor } from '../hunt.ts';
import { machineSequence } from './hunt.ts';
import { Lab } from './lab.ts';
import type { Move } from './binder.ts';
import type { Setup } from './lab.ts';
import { laws } from './laws.ts';
import type { MachineLaw } from './laws.ts';
import { MachineWalk } from './walk.ts';
import { machineWorlds } from './worlds.ts';

export interface Voided {
  readonly law: MachineLaw;
  /** What is missing. */
  readonly setup: Setup;
  /** The clause that breaks then, and by which calls. */
  readonly breaks: ClauseId;
  readonly by: RegExp;
}

const withoutIommu = { options: { ...wholeDesign, coversDma: false } };

export const voided: readonly Voided[] = [
  { law: laws.deviceReads, setup: withoutIommu, breaks: 'MEM-CONFIDENTIAL', by: /^device_read$/ },
  { law: laws.deviceWrites, setup: withoutIommu, breaks: 'MEM-INTEGRITY', by: /^device_write$/ },
  {
    law: laws.stateUpstream,
    setup: { options: { ...wholeDesign, isolatesCpuState: false } },
    breaks: 'CPU-EXPOSURE',
    by: /^guest_/,
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
export function exhibit({ setup, breaks, by }: Voided, seed: number, most: number): Exhibited {
  const judged = new Set([breaks]);
  const walks = machineWorlds.map((named) => new MachineWalk(new Lab(named, { ...setup, judged, refines: false })));
  let calls = 0;
  for (let run = 0; run < most; run++) {
    const walk = walks[run % walks.length] as MachineWalk;
    const broken = walk.run(seedFor(seed, 200, run), machineSequence);
    calls += walk.moves.length;
    if (broken && by.test(walk.moves.at(-1)?.call ?? '')) return { runs: run + 1, calls, moves: [...walk.moves] };
  }
  return { runs: most, calls, moves: undefined };
}
