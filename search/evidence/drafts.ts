/** What the corpus is made of: sound evidence, forgeries, evidence at each boundary, and what is drawn. */
import fc from 'fast-check';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import { encode } from '../../model/cbor/encode.ts';
import type { Plan } from '../../model/forge/chain.ts';
import { forgeChainBytes, forgeRequestBytes, soundPlan } from '../../model/forge/chain.ts';
import { forgeHandover } from '../../model/forge/handover.ts';
import { soundPath, soundRsaPath } from '../../model/forge/uds.ts';
import { allEdges } from './edges/all.ts';
import { forgeries } from './forgeries/all.ts';
import { partsOf } from './forgeries/forgery.ts';
import { asRkpVm } from './forgeries/requests.ts';
import { optionSets } from './option-sets.ts';
import { drawn } from './recipes/generator.ts';
import type { Drawn } from './recipes/generator.ts';
import { formatRecipe, makeEvidence } from './recipes/recipe.ts';

export interface Draft {
  readonly sort: 'Sound' | 'Forged' | 'Boundary' | 'Drawn';
  readonly clause?: ClauseId;
  readonly comment: string;
  /** The names of the options under which it is judged. */
  readonly options: readonly string[];
  readonly make: () => Uint8Array;
}

const everyOption = Object.keys(optionSets);

const soundPlans: Readonly<Record<string, Partial<Plan>>> = {
  'a chain': {},
  'a chain of Ed25519 alone': { kinds: ['Ed25519', 'Ed25519', 'Ed25519'] },
  'a chain of P-256 alone': { kinds: ['P-256', 'P-256', 'P-256'] },
  'a chain of one certificate': { kinds: ['P-384', 'Ed25519'] },
  'a chain of Android 14, which names no profile': { profile: undefined },
  'a chain of Android 15': { profile: 'android.15' },
  'a chain of Widevine': { profile: 'widevine.20' },
  'the chain of an RKP VM': { markers: [false, true, true] },
  'a chain with markers that end early': { markers: [true, true, false] },
};

function explicit(device: string): Uint8Array {
  const [root = null, ...entries] = partsOf({ ...soundPlan, device });
  return encode([1, encode(root, { sorted: true }), ...entries]);
}

const vouched = (device: string, path: typeof soundPath): Uint8Array =>
  forgeRequestBytes({ ...soundPlan, device }, { udsCerts: (key) => new Map([['maker', path(key)]]) });

const sound: Readonly<Record<string, (device: string) => Uint8Array>> = {
  ...Object.fromEntries(
    Object.entries(soundPlans).map(([comment, change]) => [
      comment,
      (device: string) => forgeChainBytes({ ...soundPlan, ...change, device }),
    ]),
  ),
  'a chain whose root key is in a byte string': explicit,
  'a handover': (device) => forgeHandover({ ...soundPlan, device }),
  'a request': (device) => forgeRequestBytes({ ...soundPlan, device }),
  'a request of an RKP VM': asRkpVm({}),
  'a request whose root key a manufacturer vouches for': (device) => vouched(device, soundPath),
  'a request whose root key a manufacturer with a key of RSA vouches for': (device) => vouched(device, soundRsaPath),
};

/** The names of the options that a forgery is denied under. */
const namesOf = (wanted: object | undefined): readonly string[] =>
  everyOption.filter((name) =>
    Object.entries(wanted ?? {}).every(([option, value]) => {
      const found = new Map<string, unknown>(Object.entries(optionSets[name] ?? {})).get(option);
      return JSON.stringify(found) === JSON.stringify(value);
    }),
  );

const soundOf = (device: string, options: readonly string[]): Draft[] =>
  Object.entries(sound).map(([comment, make]) => ({ sort: 'Sound', comment, options, make: () => make(device) }));

const forgedOf = (device: string, optionsOf: (wanted: object | undefined) => readonly string[]): Draft[] =>
  forgeries.map(({ clause, description, options, make }) => ({
    ...{ sort: 'Forged', clause, comment: description, options: optionsOf(options) },
    make: () => make(device),
  }));

const edgesOf = (device: string): Draft[] =>
  allEdges.map(({ clause, description, options, make }) => ({
    ...{ sort: 'Boundary', clause, comment: description, options: [...new Set(['default', options])] },
    make: () => make(device),
  }));

/** For the first device everything, and most of it under all options. */
export const firstOf = (device: string): readonly Draft[] => [
  ...soundOf(device, everyOption),
  ...forgedOf(device, () => everyOption),
  ...edgesOf(device),
];

/** For others what is forged, under the first options that show it. */
export const othersOf = (device: string): readonly Draft[] => [
  ...soundOf(device, ['default']),
  ...forgedOf(device, (wanted) => namesOf(wanted).slice(0, 1)),
];

const ofDraw = ({ recipe, options }: Drawn): Draft => ({
  sort: 'Drawn',
  comment: formatRecipe(recipe).join('; '),
  options: [...new Set(['default', options])],
  make: () => makeEvidence(recipe),
});

export const drawnDrafts = (draws: number, seed: number): readonly Draft[] =>
  fc.sample(drawn, { seed, numRuns: draws }).map(ofDraw);
