/** Certificates that vouch for a root key, where nothing but these is in the file. */
import type { UdsPathFacts } from '../../spec/evidence/facts.ts';
import { noValue, shown } from './table.ts';

const day = (time: number): string => (Number.isFinite(time) ? new Date(time).toISOString().slice(0, 10) : noValue);

export const rowsOfPaths = (paths: readonly UdsPathFacts[]): readonly (readonly string[])[] => [
  ['signer', 'certificates', 'valid from', 'to'],
  ...paths.map(({ signer, length, valid }) => [
    signer.kind === 'given' ? shown(signer.value) : noValue,
    String(length),
    day(valid.from),
    day(valid.to),
  ]),
];
