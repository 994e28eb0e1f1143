/** What a term reads, what it writes, and which names it refers to. */
import type { FieldName } from '../fields.ts';
import { doneName, partsOf } from './term.ts';
import type { Definition, Range, Tally, Term } from './term.ts';

export interface Touches {
  readonly reads: ReadonlySet<FieldName>;
  readonly writes: ReadonlySet<FieldName>;
  /** Names that the term does not bind itself: parameters and notes of the call, and what came of it. */
  readonly names: ReadonlySet<string>;
  /** Names that it gives to numbers for the rest of the call. */
  readonly notes: ReadonlySet<string>;
  readonly readsCpu: boolean;
  /** Tallies that it asks for. */
  readonly tallies: ReadonlySet<string>;
  /** It speaks of a step: of the state before it, or of its call. */
  readonly ofStep: boolean;
}

const known = new WeakMap<Term | Definition, Touches>();

export function touchesOf(term: Term): Touches {
  const before = known.get(term);
  if (before !== undefined) return before;
  const found = joined([own(term), ...partsOf(term).map((part) => ofPart(term, part))]);
  known.set(term, found);
  return found;
}

function own(term: Term): Touches {
  switch (term.kind) {
    case 'name':
    case 'passed':
      return { ...nothing, names: new Set([term.name]) };
    case 'this CPU':
      return { ...nothing, readsCpu: true };
    case 'cell':
      return { ...nothing, reads: new Set([term.field]) };
    case 'set':
      return { ...nothing, writes: new Set([term.cell.field]) };
    case 'note':
      return { ...nothing, notes: new Set([term.name]) };
    case 'tally':
      return ofTally(term.tally);
    case 'done':
      return { ...nothing, names: new Set([doneName]), ofStep: true };
    case 'before':
    case 'call':
      return { ...nothing, ofStep: true };
    case 'applied':
      return ofDefinition(term.definition);
    default:
      return nothing;
  }
}

/** The member of a range is a name of its own in the last part. */
function ofPart(term: Term, part: Term): Touches {
  const touched = touchesOf(part);
  const range: Range | undefined = 'range' in term ? term.range : undefined;
  if (range === undefined || part === range.from || part === range.count) return touched;
  return without(touched, [range.member]);
}

const ofTally = ({ counts, subject, name }: Tally): Touches => ({
  ...(counts === undefined ? nothing : without(touchesOf(counts), [subject])),
  tallies: new Set([name]),
});

const ofDefinition = (definition: Definition): Touches => without(touchesOf(definition.means), definition.subjects);

const without = (touched: Touches, bound: readonly string[]): Touches => ({
  ...touched,
  names: new Set([...touched.names].filter((name) => !bound.includes(name))),
});

const nothing: Touches = {
  reads: new Set(),
  writes: new Set(),
  names: new Set(),
  notes: new Set(),
  readsCpu: false,
  tallies: new Set(),
  ofStep: false,
};

/** Of several terms in order: what one of them has noted is no name that the others ask for. */
const joined = (all: readonly Touches[]): Touches => {
  const parts = all.filter((part) => part !== nothing);
  const [only = nothing] = parts;
  if (parts.length <= 1) return only;
  const notes = new Set<string>();
  const names = new Set<string>();
  for (const part of parts) {
    for (const name of part.names) if (!notes.has(name)) names.add(name);
    for (const name of part.notes) notes.add(name);
  }
  return {
    reads: new Set(parts.flatMap(({ reads }) => [...reads])),
    writes: new Set(parts.flatMap(({ writes }) => [...writes])),
    names,
    notes,
    readsCpu: parts.some(({ readsCpu }) => readsCpu),
    tallies: new Set(parts.flatMap(({ tallies }) => [...tallies])),
    ofStep: parts.some(({ ofStep }) => ofStep),
  };
};
