/** Laws of states as functions: of a term one is made, for a layout. */
import { families } from '../spec/fields.ts';
import { compileAbout } from '../spec/language/run.ts';
import { touchesOf } from '../spec/language/touches.ts';
import type { Bool } from '../spec/language/term.ts';
import type { Layout, State } from '../spec/state.ts';
import type { Always, AlwaysInCode } from './property.ts';
import type { View } from './view.ts';

type OfStates = Always | AlwaysInCode;

export interface Running {
  readonly law: OfStates;
  readonly when?: (view: View, index: number) => boolean;
  readonly holds: (view: View, index: number, state: State) => boolean;
}

export const isTerm = (law: OfStates): law is Always => typeof law.holds === 'object';

const known = new WeakMap<Layout, Map<OfStates, Running>>();

export function running(law: OfStates, layout: Layout): Running {
  const made = known.get(layout) ?? new Map<OfStates, Running>();
  known.set(layout, made);
  const before = made.get(law);
  if (before !== undefined) return before;
  const one = isTerm(law) ? compiled(law, layout) : asItIs(law);
  made.set(law, one);
  return one;
}

function compiled(law: Always, layout: Layout): Running {
  const run = (term: Bool) => compileAbout(law.over, namesChecked(law, term), layout);
  return { law, holds: run(law.holds), ...(law.when === undefined ? {} : { when: run(law.when) }) };
}

const asItIs = (law: AlwaysInCode): Running => ({
  law,
  holds: (view, index, state) => law.holds(view, index, state),
  ...(law.when === undefined ? {} : { when: (view, index) => law.when?.(view, index) === true }),
});

/** A law speaks of its subject alone. */
function namesChecked({ over, clause, statement }: Always, term: Bool): Bool {
  const subjects: readonly string[] = families[over];
  const unknown = [...touchesOf(term).names].find((name) => !subjects.includes(name));
  if (unknown === undefined) return term;
  const there = subjects.join(', ') || 'none';
  throw new Error(`unreachable: ${clause}, "${statement}": no subject ${unknown}; there are ${there}`);
}
