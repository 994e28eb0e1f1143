/** Verbs of phrases: they stand in brackets, with the negative behind them where that is not regular. */

/** Of the state as it is, or as it was before the step. */
export type Tense = 'now' | 'then';

export const verbed = (phrase: string, isSo: boolean, tense: Tense): string =>
  phrase.replace(/\[(\w+)(?:\|([\w ]+))?\]/, (_, verb: string, opposite?: string) =>
    inTense(isSo ? verb : (opposite ?? negative(verb)), tense),
  );

const auxiliaries = new Set(['is', 'are', 'was', 'were', 'may', 'can']);
function negative(verb: string): string {
  if (auxiliaries.has(verb)) return `${verb} not`;
  const base = verb === 'has' ? 'have' : verb.replace(/(go|pass)es$/, '$1').replace(/s$/, '');
  return `does not ${base}`;
}

const irregular: Readonly<Record<string, string>> = {
  is: 'was',
  are: 'were',
  were: 'were',
  has: 'had',
  does: 'did',
  may: 'could',
  can: 'could',
  lies: 'lay',
  goes: 'went',
  holds: 'held',
  makes: 'made',
  knows: 'knew',
};

/** The first word is the verb that tells the time. */
export const inTense = (words: string, tense: Tense): string =>
  tense === 'now' ? words : words.replace(/^\w+/, (verb) => irregular[verb] ?? verb.replace(/s$/, 'ed'));
