/** Verdicts as laws ask for them. */
import type { Verdict } from '../../spec/evidence/verdict.ts';
import type { Options } from '../../spec/evidence/options.ts';
import { defaultOptions } from '../../spec/evidence/options.ts';
import { appraise } from './appraise.ts';
import type { Appraisal } from './appraise.ts';

/** Whoever decides about evidence. */
export type Verifier = (bytes: Uint8Array, options: Options) => Appraisal;

export interface Verdicts {
  readonly verdictOn: (bytes: Uint8Array, options?: Partial<Options>) => Verdict | undefined;
  readonly isBelieved: (bytes: Uint8Array, options?: Partial<Options>) => boolean;
  readonly isProper: (bytes: Uint8Array, options?: Partial<Options>) => boolean;
}

export function verdictsOf(verifier: Verifier): Verdicts {
  const verdictOn: Verdicts['verdictOn'] = (bytes, options = {}) => {
    const appraisal = verifier(bytes, { ...defaultOptions, ...options });
    return appraisal.kind === 'unreadable' ? undefined : appraisal.verdict;
  };
  return {
    verdictOn,
    isBelieved: (bytes, options) => {
      const kind = verdictOn(bytes, options)?.kind;
      return kind === 'proper' || kind === 'degenerate';
    },
    isProper: (bytes, options) => verdictOn(bytes, options)?.kind === 'proper',
  };
}

export const asSpecified: Verdicts = verdictsOf((bytes, options) => appraise(bytes, options));
export const { isProper } = asSpecified;
