/** Certificates that vouch for a root key, where nothing but these is in the file. */
import type { Verdict } from '../../spec/evidence/chain.ts';
import type { UdsPathFacts } from '../../spec/evidence/facts.ts';
import type { Options } from '../../spec/evidence/options.ts';
import { appraiseUds, ofRootKey } from '../../spec/evidence/uds.ts';
import { align, noValue, shown } from './table.ts';

/** The verdict on the paths as they are; there is no root key that they could be for. */
export const appraisePaths = (paths: readonly UdsPathFacts[], options: Options): Verdict =>
  appraiseUds(paths, options, ofRootKey);

const day = (time: number): string => (Number.isFinite(time) ? new Date(time).toISOString().slice(0, 10) : noValue);

export const linesOfPaths = (paths: readonly UdsPathFacts[]): readonly string[] =>
  align([
    ['signer', 'certificates', 'valid from', 'to'],
    ...paths.map(({ signer, length, valid }) => [
      signer.kind === 'given' ? shown(signer.value) : noValue,
      String(length),
      day(valid.from),
      day(valid.to),
    ]),
  ]);
