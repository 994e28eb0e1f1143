/** Certificates that vouch for a root key, where nothing but these is in the file. */
import type { UdsPathFacts } from '../../spec/evidence/facts.ts';
import { day, noValue, shown } from './table.ts';

export const rowsOfPaths = (paths: readonly UdsPathFacts[]): readonly (readonly string[])[] => [
  ['signer', 'certificates', 'valid from', 'to'],
  ...paths.map(({ signer, length, valid }) => [
    signer.kind === 'given' ? shown(signer.value) : noValue,
    String(length),
    day(valid.from),
    day(valid.to),
  ]),
];
