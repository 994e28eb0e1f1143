/** Verdicts as laws ask for them. */
import type { Verdict } from '../../spec/evidence/chain.ts';
import type { Options } from '../../spec/evidence/options.ts';
import { defaultOptions } from '../../spec/evidence/options.ts';
import { appraise } from './appraise.ts';

export const verdictOn = (bytes: Uint8Array, options: Partial<Options> = {}): Verdict | undefined => {
  const appraisal = appraise(bytes, { ...defaultOptions, ...options });
  return appraisal.kind === 'unreadable' ? undefined : appraisal.verdict;
};
export const isBelieved = (bytes: Uint8Array, options: Partial<Options> = {}): boolean => {
  const kind = verdictOn(bytes, options)?.kind;
  return kind === 'proper' || kind === 'degenerate';
};
export const isProper = (bytes: Uint8Array, options: Partial<Options> = {}): boolean =>
  verdictOn(bytes, options)?.kind === 'proper';
