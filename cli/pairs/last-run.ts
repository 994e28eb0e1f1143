/** How far the last exhaustive runs of the scenes of two CPUs came. */
import { readFileSync } from 'node:fs';
import type { PairTally } from '../../search/pairs/hunt.ts';

export const lastRunFile = new URL('last-run.json', import.meta.url);

/** The last exhaustive run of one scene. */
export interface SceneRun extends PairTally {
  readonly scene: string;
  readonly date: string;
  readonly machine: string;
  /** How long it was run at most. */
  readonly seconds: number;
  readonly isComplete: boolean;
  /** How many pairs of calls no order explains. */
  readonly found: number;
}

export interface LastRun {
  readonly scenes: readonly SceneRun[];
}

export const readLastRun = (): LastRun => JSON.parse(readFileSync(lastRunFile, 'utf8')) as LastRun;
