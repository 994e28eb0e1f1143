/** How far the last exhaustive run over all scenes of two CPUs came. */
import { readFileSync } from 'node:fs';
import type { PairTally } from '../../search/pairs/hunt.ts';

export const lastRunFile = new URL('last-run.json', import.meta.url);

export interface LastRun {
  readonly date: string;
  readonly machine: string;
  readonly scenes: readonly (PairTally & {
    readonly scene: string;
    /** How long it was run at most. */
    readonly seconds: number;
    readonly isComplete: boolean;
    /** How many pairs of calls no order explains. */
    readonly found: number;
  })[];
}

export const readLastRun = (): LastRun => JSON.parse(readFileSync(lastRunFile, 'utf8')) as LastRun;
