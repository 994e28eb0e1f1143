/** Which mistakes in a verifier the corpus finds, and by which case. */
import { optionsNamed } from '../../search/evidence/option-sets.ts';
import type { Case } from '../../search/evidence/corpus.ts';
import { allMistakes } from './mistakes/all.ts';
import type { Mistake } from './planted.ts';
import { verifierWith } from './planted.ts';
import type { Outcome } from './plain-verifier/verify.ts';

/** A case that a verifier with the mistake decides otherwise. */
export interface Killer {
  readonly tcId: number;
  readonly options: string;
  readonly comment: string;
  readonly verdict: string;
  readonly result: Case['result'];
  readonly decided: Outcome;
}

export interface Tried {
  readonly id: string;
  /** Absent where no case shows the mistake. */
  readonly killer?: Killer;
}

export interface Strength {
  /** How many cases the corpus has. */
  readonly cases: number;
  readonly tried: readonly Tried[];
}

const isBelieved = (verdict: string): verdict is 'proper' | 'degenerate' => /^(proper|degenerate)$/.test(verdict);
const outcomeOf = (verdict: string): Outcome => (isBelieved(verdict) ? verdict : 'denied');

/** What a verifier decides of a case, if it is not what it should. */
export function wrongOn(verify: ReturnType<typeof verifierWith>, one: Case): Outcome | undefined {
  const decided = verify(one.evidence, optionsNamed(one.options));
  return decided === outcomeOf(one.verdict) ? undefined : decided;
}

function killerAmong(mistake: Mistake, cases: readonly Case[]): Killer | undefined {
  const verify = verifierWith(mistake);
  for (const one of cases) {
    const decided = wrongOn(verify, one);
    if (decided === undefined) continue;
    const { tcId, options, comment, verdict, result } = one;
    return { tcId, options, comment, verdict, result, decided };
  }
  return undefined;
}

/** Tries every mistake; what killed it the last time is asked first, and what a standard decides before the rest. */
export function tryAll(cases: readonly Case[], before: readonly Tried[], done: (tried: Tried) => void): Strength {
  const known = new Map(before.map(({ id, killer }) => [id, killer?.tcId]));
  const rank = ({ result }: Case): number => (result === 'acceptable' ? 1 : 0);
  const inOrder = cases.toSorted((one, other) => rank(one) - rank(other));
  const tried = allMistakes.map((mistake): Tried => {
    const first = cases.filter(({ tcId }) => tcId === known.get(mistake.id));
    const killer = killerAmong(mistake, [...first, ...inOrder]);
    const found = { id: mistake.id, ...(killer === undefined ? {} : { killer }) };
    done(found);
    return found;
  });
  return { cases: cases.length, tried };
}

/** The mistakes that are not as the data says they are: neither found nor equivalent, or both. */
export const survivorsOf = ({ tried }: Strength): readonly Mistake[] => {
  const killed = new Map(tried.map(({ id, killer }) => [id, killer !== undefined]));
  return allMistakes.filter(({ id, equivalent }) => (killed.get(id) ?? false) !== (equivalent === undefined));
};
