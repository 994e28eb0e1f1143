import type { Question } from '../../../spec/target.ts';

/** One call of a recipe, worded when its turn comes; undefined if it has no sense any more. */
export type Turn = () => Question | undefined;
