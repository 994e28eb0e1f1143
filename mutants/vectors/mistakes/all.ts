/** All the mistakes that the corpus is tried with. */
import type { Mistake } from '../planted.ts';
import { chainMistakes } from './chains.ts';
import { encodingMistakes } from './encoding.ts';
import { headerMistakes } from './headers.ts';
import { keyMistakes } from './keys.ts';
import { pathMistakes } from './paths.ts';
import { requestMistakes } from './requests.ts';

export const allMistakes: readonly Mistake[] = [
  ...encodingMistakes,
  ...keyMistakes,
  ...headerMistakes,
  ...chainMistakes,
  ...pathMistakes,
  ...requestMistakes,
];
