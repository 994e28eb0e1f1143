/** Laws of states that can be written for another tool: terms that count nothing which earlier steps have left behind. */
import { allProperties } from '../../properties/chapters.ts';
import type { Always, Property } from '../../properties/property.ts';
import { partsOf } from '../../spec/language/term.ts';
import type { Term } from '../../spec/language/term.ts';
import type { TransitionSystem } from '../../spec/transition-system.ts';

export const writtenLaws = (system: TransitionSystem): Always[] => allProperties(system).filter(isWritten);

const isWritten = (law: Property): law is Always =>
  law.kind === 'always' && !('because' in law) && !remembers(law.holds);

const remembers = (term: Term): boolean =>
  (term.kind === 'tally' && term.tally.counts === undefined) ||
  partsOf(term).some(remembers) ||
  (term.kind === 'applied' && remembers(term.definition.means));
