/** How mistakes are written down. */
import type { Mistake } from '../planted.ts';

type Row = readonly [id: string, does: string, from: string, to: string, equivalent?: string];

export const mistakesIn = (file: string, rows: readonly Row[]): readonly Mistake[] =>
  rows.map(([id, does, from, to, equivalent]) => ({
    ...{ id, does, file, from, to },
    ...(equivalent === undefined ? {} : { equivalent }),
  }));
