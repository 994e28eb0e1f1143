/** Evidence for other people's verifiers, in the manner of Wycheproof: each case with the clause that it is about. */
import fc from 'fast-check';
import { readEvidence } from '../../model/evidence/evidence.ts';
import type { Evidence } from '../../model/evidence/evidence.ts';
import { judge } from '../../properties/evidence/appraise.ts';
import { decisionOf, formatDecision } from '../../properties/evidence/decision.ts';
import type { Plan } from '../../model/forge/chain.ts';
import { forgeChainBytes, forgeRequestBytes, soundPlan } from '../../model/forge/chain.ts';
import { forgeries } from './forgeries/all.ts';
import { optionSets } from './option-sets.ts';
import { drawn } from './recipes/generator.ts';
import type { Drawn } from './recipes/generator.ts';
import { formatRecipe, makeEvidence } from './recipes/recipe.ts';
import { soundPath } from '../../model/forge/uds.ts';

export interface Case {
  readonly id: number;
  readonly kind: Evidence['kind'];
  /** The clause that it was made to break; absent from evidence that is sound, and from what was drawn. */
  readonly clause?: string;
  readonly comment: string;
  /** The verdict under each set of options. */
  readonly verdicts: Readonly<Record<string, Expected>>;
  /** The evidence in base64. */
  readonly evidence: string;
}

/** `proper`, `degenerate`, or the clause that denies it, with the entry where it is one. */
export type Expected = string;

interface Draft {
  readonly clause?: string;
  readonly comment: string;
  readonly make: () => Uint8Array;
}

const soundly = (comment: string, device: string, change: Partial<Plan>): Draft => ({
  comment,
  make: () => forgeChainBytes({ ...soundPlan, ...change, device }),
});

const sound = (device: string): readonly Draft[] => [
  soundly('a chain', device, {}),
  soundly('a chain of Ed25519 alone', device, { kinds: ['Ed25519', 'Ed25519', 'Ed25519'] }),
  soundly('a chain of P-256 alone', device, { kinds: ['P-256', 'P-256', 'P-256'] }),
  soundly('a chain of one certificate', device, { kinds: ['P-384', 'Ed25519'] }),
  soundly('a chain of Android 14, which names no profile', device, { profile: undefined }),
  soundly('a chain of Android 15', device, { profile: 'android.15' }),
  soundly('a chain of Widevine', device, { profile: 'widevine.20' }),
  soundly('the chain of an RKP VM', device, { markers: [false, true, true] }),
  soundly('a chain with markers that end early', device, { markers: [true, true, false] }),
  { comment: 'a request', make: () => forgeRequestBytes({ ...soundPlan, device }) },
  {
    comment: 'a request whose root key a manufacturer vouches for',
    make: () =>
      forgeRequestBytes({ ...soundPlan, device }, { udsCerts: (key) => new Map([['maker', soundPath(key)]]) }),
  },
];

const ofDevice = (device: string): readonly Draft[] => [
  ...sound(device),
  ...forgeries.map(({ clause, description, make }) => ({ clause, comment: description, make: () => make(device) })),
];

const ofDraw = ({ recipe }: Drawn): Draft => ({
  comment: formatRecipe(recipe).join('; '),
  make: () => makeEvidence(recipe),
});

export interface CorpusPlan {
  /** The devices for which every forgery is made; the same names give the same bytes. */
  readonly devices: readonly string[];
  /** How many pieces are drawn besides, and from which seed. */
  readonly draws: number;
  readonly seed: number;
}

export function* corpusOf({ devices, draws, seed }: CorpusPlan): Generator<Case> {
  const drafts = [...devices.flatMap(ofDevice), ...fc.sample(drawn, { seed, numRuns: draws }).map(ofDraw)];
  for (const [at, draft] of drafts.entries()) yield caseOf(at + 1, draft);
}

function caseOf(id: number, { clause, comment, make }: Draft): Case {
  const bytes = make();
  const evidence = readEvidence(bytes);
  const under = Object.entries(optionSets).map(([name, options]) => [
    name,
    formatDecision(decisionOf(judge(evidence, options))),
  ]);
  return {
    id,
    kind: evidence.kind,
    ...(clause === undefined ? {} : { clause }),
    comment,
    verdicts: Object.fromEntries(under) as Case['verdicts'],
    evidence: toBase64(bytes),
  };
}

const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
