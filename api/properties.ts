/** `pvm-spec/properties`: what must hold, what must be seen, and what is believed of evidence. */
export { allProperties } from '../properties/chapters.ts';
export { isLaw, isWitness, titleOf } from '../properties/property.ts';
export type {
  Always,
  AlwaysInCode,
  Each,
  EachInCode,
  Law,
  Permitted,
  Property,
  Sometimes,
  Step,
  Witness,
} from '../properties/property.ts';
export type { View } from '../properties/view.ts';
export { appraise } from '../properties/evidence/appraise.ts';
export type { Appraisal } from '../properties/evidence/appraise.ts';
export { appraisers } from '../spec/evidence/appraisers/all.ts';
export type { Appraiser } from '../spec/evidence/appraiser.ts';
export { defaultOptions, profileRanges } from '../spec/evidence/options.ts';
export type { Options } from '../spec/evidence/options.ts';
