/** Names in Murphi: what may stand in a model for the names of fields, parameters, notes and definitions. */
import { partsOf } from '../../spec/language/term.ts';
import type { Definition, Term } from '../../spec/language/term.ts';

/** Words of Murphi and of C. */
const reserved = new Set(
  `alias array assert assume begin boolean by case clear const cover do else elsif end enum error exists false for
  forall from function if in invariant is isundefined liveness map of procedure process program property put record
  return rule ruleset scalarset startstate switch then to true type undefine union var while auto break char continue default do double extern float goto inline
  int long register restrict short signed sizeof static struct typedef unsigned void volatile`.split(/\s+/),
);

/** Lower case, for Murphi does not tell `Page` from `page` in its keywords. */
export function identifier(name: string): string {
  const plain = name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replace(/\W+/g, '_')
    .toLowerCase()
    .replace(/^_+|_+$/g, '');
  return reserved.has(plain) ? `${plain}_` : plain;
}

/** What a term refers to without binding it: a name, a parameter as it was passed, the CPU. */
export const cpuKey = 'this CPU';
export const passedKey = (name: string): string => `passed ${name}`;
export const variableOf = (key: string): string => identifier(/^(each|passed|this) /.test(key) ? key : `the ${key}`);

const known = new WeakMap<Term | Definition, ReadonlySet<string>>();

/** The keys of all that a term refers to without binding it. */
export function freeIn(term: Term): ReadonlySet<string> {
  const before = known.get(term);
  if (before !== undefined) return before;
  const found = new Set(partsOf(term).flatMap((part) => [...freeInPart(term, part)]));
  if (term.kind === 'name') found.add(term.name);
  if (term.kind === 'passed') found.add(passedKey(term.name));
  if (term.kind === 'this CPU') found.add(cpuKey);
  if (term.kind === 'applied') for (const key of freeInDefinition(term.definition)) found.add(key);
  known.set(term, found);
  return found;
}

/** What a definition refers to beside its subjects. */
export const freeInDefinition = ({ means, subjects }: Definition): ReadonlySet<string> =>
  without(freeIn(means), subjects);

/** The member of a range is known in the last part alone. */
function freeInPart(term: Term, part: Term): ReadonlySet<string> {
  if (!('range' in term) || part === term.range.from || part === term.range.count) return freeIn(part);
  return without(freeIn(part), [term.range.member]);
}

const without = (keys: ReadonlySet<string>, bound: readonly string[]): ReadonlySet<string> =>
  new Set([...keys].filter((key) => !bound.includes(key)));
