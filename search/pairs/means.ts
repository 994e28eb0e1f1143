/** What a store of the host's is in the rules, where that is more than a word of a page. */
import { none } from '../../spec/config.ts';
import type { Question } from '../../spec/target.ts';
import { UnreadableEvent } from '../conformance/calls.ts';
import type { TranscriptChecker } from '../conformance/check.ts';

/** Of the list of the first vCPU of the first VM, or the link in the page `of`: a number, a page by its name, or none. */
export interface Change {
  readonly field: 'listTop' | 'listLength' | 'link';
  readonly of?: string;
  readonly is: number | string | null;
}

/** `ways`: how a call beside the store may take it. */
export interface Means {
  readonly store: Question;
  readonly ways: readonly (readonly Change[])[];
}

const sameAs =
  ({ op, args }: Question) =>
  ({ store }: Means): boolean =>
    store.op === op && JSON.stringify(store.args) === JSON.stringify(args);

/** How many ways there are at most. */
export const waysOf = (means: readonly Means[]): number => Math.max(1, ...means.map(({ ways }) => ways.length));

/** The number-th way, or the last. */
export const changesOf = (means: readonly Means[], question: Question, way: number): readonly Change[] => {
  const { ways = [] } = means.find(sameAs(question)) ?? {};
  return ways[way] ?? ways.at(-1) ?? [];
};

/** The store was made: the state of the rules follows. */
export function follow(checker: TranscriptChecker, changes: readonly Change[]): void {
  const { state, system, names } = checker;
  const pageOf = (name: string): number => {
    const page = names.pages.get(name);
    if (page === undefined) throw new UnreadableEvent(`the header declares no page ${name}`);
    return page;
  };
  const numberOf = (is: Change['is']): number => (typeof is === 'string' ? pageOf(is) : (is ?? none));
  for (const { field, of, is } of changes) {
    state.set(system.layout.base[field] + (of === undefined ? 0 : pageOf(of)), numberOf(is));
  }
  state.settle();
}
