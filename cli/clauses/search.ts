/** The search through the clauses: every word has to occur, in any order, case and form. */
import { nearest } from '../nearest.ts';

/** A clause, and all that is said about it, by how much a word in it tells. */
export interface Entry {
  readonly id: string;
  readonly sentence: string;
  /** Where it is, its sources and rows, what explains it, and what is known to have broken it. */
  readonly notes: readonly string[];
}

/** A name and the term of the specification for it. */
export type Synonyms = ReadonlyMap<string, string>;

export interface Hit {
  readonly id: string;
  /** The note in which a word is that the clause itself does not have. */
  readonly note?: string | undefined;
}

/** The clauses in which all words occur, those that have them in their id or sentence first. */
export function search(query: string, entries: readonly Entry[], synonyms: Synonyms): Hit[] {
  const readings = readingsOf(query, synonyms).map((reading) => wordsOf(reading).map(matcher));
  return entries
    .flatMap((entry) => {
      const scored = readings.flatMap((words) => hitOf(entry, words) ?? []);
      return scored.sort((a, b) => b.score - a.score).slice(0, 1);
    })
    .sort((a, b) => b.score - a.score)
    .map(({ hit }) => hit);
}

/** Words as they are written, apart from quotes and commas; a hyphen or a full stop inside belongs to the word. */
const wordsOf = (text: string): string[] => text.match(/[\p{L}\p{N}_]+(?:[-.][\p{L}\p{N}_]+)*/gu) ?? [];

/** The query as it is, and with each name in it replaced by the term for it. */
function readingsOf(query: string, synonyms: Synonyms): string[] {
  const replaced = [...synonyms].flatMap(([name, term]) => {
    const pattern = new RegExp(`(?<![\\p{L}\\p{N}])${literally(name)}(?![\\p{L}\\p{N}])`, 'iu');
    return pattern.test(query) ? [query.replace(pattern, term)] : [];
  });
  return [query, ...replaced];
}

const literally = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`);

/** A word in any of its forms. A number, and what has one, is a name: only itself. */
function matcher(word: string): RegExp {
  const literal = literally(word);
  if (/\d/.test(word)) return new RegExp(`(?<![\\w-])${literal}(?![\\w]|-\\w)`, 'i');
  const stem = word.replace(/(?:ing|ed|es|e|s)$/i, '');
  const isForm = stem.length >= 3 && /^\p{L}+$/u.test(word);
  return new RegExp(`(?<![\\p{L}\\p{N}])${isForm ? literally(stem) : literal}`, 'iu');
}

/** Points for where a word is. */
const [inId, inSentence, inNotes] = [4, 3, 1];

function hitOf({ id, sentence, notes }: Entry, words: readonly RegExp[]): { hit: Hit; score: number } | undefined {
  let score = 0;
  let note: string | undefined;
  for (const word of words) {
    if (word.test(id)) score += inId;
    else if (word.test(sentence)) score += inSentence;
    else {
      const found = notes.find((one) => word.test(one));
      if (found === undefined) return undefined;
      note ??= excerpt(found, found.search(word));
      score += inNotes;
    }
  }
  return words.length === 0 ? undefined : { hit: { id, note }, score };
}

/** So much of a note as fits a line, around the word in it. */
const [before, after] = [30, 70];

function excerpt(note: string, at: number): string {
  const [from, to] = [Math.max(0, at - before), at + after];
  const start = from === 0 ? 0 : note.indexOf(' ', from) + 1;
  const end = to >= note.length ? note.length : note.lastIndexOf(' ', to);
  return `${start === 0 ? '' : '… '}${note.slice(start, end)}${end === note.length ? '' : ' …'}`;
}

/** The query with each word that occurs nowhere replaced by the nearest that does; undefined where there is none. */
export function suggestion(query: string, entries: readonly Entry[], synonyms: Synonyms): string | undefined {
  const texts = [...synonyms.keys(), ...entries.flatMap(({ id, sentence, notes }) => [id, sentence, ...notes])];
  const known = new Set(texts.flatMap((text) => [...wordsOf(text), ...text.split(/[^\p{L}\p{N}]+/u)]));
  const words = wordsOf(query);
  const better = words.map((word) =>
    texts.some((text) => matcher(word).test(text)) ? word : (nearest(word, known, 1)[0] ?? word),
  );
  const isBetter = better.some((word, i) => word !== words[i]);
  return isBetter && search(better.join(' '), entries, synonyms).length > 0 ? better.join(' ') : undefined;
}
