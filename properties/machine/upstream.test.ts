import { describe, expect, test } from 'vitest';
import { wholeDesign } from '../../model/machine.ts';
import type { MachineOptions } from '../../model/machine.ts';
import { machineSequence } from './hunt.ts';
import { Lab } from './lab.ts';
import { laws } from './laws.ts';
import { MachineWalk } from './walk.ts';
import { machineWorlds } from './worlds.ts';

/** What is seen first of a clause, in any world, with less than the whole design. */
function seen(options: Partial<MachineOptions>, clause: string): string | undefined {
  for (const named of machineWorlds) {
    const walk = new MachineWalk(
      new Lab(named, { options: { ...wholeDesign, ...options }, judged: new Set([clause]), refines: false }),
    );
    for (let seed = 1; seed < 100; seed++) {
      const broken = walk.run(seed, machineSequence);
      if (broken !== undefined) return walk.moves.at(-1)?.call;
    }
  }
  return undefined;
}

describe('where a guarantee is void, the trace exists', () => {
  test(`${laws.deviceUpstream.clause} › ${laws.deviceUpstream.says}`, () => {
    expect(seen({ coversDma: false }, 'MEM-CONFIDENTIAL')).toBe('device_read');
  });

  test(`${laws.stateUpstream.clause} › ${laws.stateUpstream.says}`, () => {
    expect(seen({ isolatesCpuState: false }, 'CPU-EXPOSURE')).toMatch(/^guest_/);
  });
});
