/** Evidence for other people's verifiers, in the manner of Wycheproof: each case with the clause that it is about. */
import { readEvidence } from '../../model/attestation/evidence.ts';
import type { Options } from '../../spec/attestation/options.ts';
import { defaultOptions, profileRanges } from '../../spec/attestation/options.ts';
import type { Appraisal } from './appraise.ts';
import { judge } from './appraise.ts';
import type { Plan } from './forge.ts';
import { forgeChainBytes, forgeRequestBytes, keysOf, soundPlan } from './forge.ts';
import { forgeries } from './forgeries/all.ts';
import { soundPath } from './uds.ts';

/** Under which options a verifier may be run. */
export const optionSets: Readonly<Record<string, Options>> = {
  default: defaultOptions,
  'any mode': { ...defaultOptions, allowAnyMode: true },
  'Android 13 to 15': { ...defaultOptions, profiles: profileRanges.vsr13 },
  'Android 15 and 16': { ...defaultOptions, profiles: ['android.15', 'android.16'] },
  'RKP VM': { ...defaultOptions, instance: 'avf' },
  'markers anywhere': { ...defaultOptions, markers: 'anywhere' },
};

export interface Case {
  readonly id: number;
  readonly device: string;
  /** The clause that it is about; absent from evidence that is sound. */
  readonly clause?: string;
  readonly comment: string;
  /** The evidence in base64. */
  readonly evidence: string;
  /** For options that are none of the sets, what they are and what comes out. */
  readonly special?: { readonly options: Partial<Options>; readonly verdict: Expected };
  readonly verdicts: Readonly<Record<string, Expected>>;
}

/** `proper`, `degenerate`, or the clause that denies it, with the entry where it is one. */
export type Expected = string;

const expectedOf = (appraisal: Appraisal): Expected => {
  if (appraisal.kind === 'unreadable') return 'unreadable';
  const { verdict } = appraisal;
  if (verdict.kind !== 'denied') return verdict.kind;
  return verdict.entry === undefined ? verdict.clause : `${verdict.clause} at ${verdict.entry}`;
};

interface Draft {
  readonly clause?: string;
  readonly comment: string;
  readonly options?: Partial<Options>;
  readonly make: (device: string) => Uint8Array;
}

const soundly = (comment: string, change: Partial<Plan>): Draft => ({
  comment,
  make: (device) => forgeChainBytes({ ...soundPlan, ...change, device }),
});

const sound: readonly Draft[] = [
  soundly('a chain', {}),
  soundly('a chain of Ed25519 alone', { kinds: ['Ed25519', 'Ed25519', 'Ed25519'] }),
  soundly('a chain of P-256 alone', { kinds: ['P-256', 'P-256', 'P-256'] }),
  soundly('a chain of one certificate', { kinds: ['P-384', 'Ed25519'] }),
  soundly('a chain of Android 14, which names no profile', { profile: undefined }),
  soundly('a chain of Android 15', { profile: 'android.15' }),
  soundly('a chain of Widevine', { profile: 'widevine.20' }),
  soundly('the chain of an RKP VM', { markers: [false, true, true] }),
  soundly('a chain with markers that end early', { markers: [true, true, false] }),
  { comment: 'a request', make: (device) => forgeRequestBytes({ ...soundPlan, device }) },
  {
    comment: 'a request whose root key a maker vouches for',
    make: (device) => {
      const plan = { ...soundPlan, device };
      const [root] = keysOf(plan);
      if (root === undefined) throw new Error('unreachable: the plan has keys');
      return forgeRequestBytes(plan, { udsCerts: new Map([['maker', soundPath(root)]]) });
    },
  },
];

const drafts: readonly Draft[] = [...sound, ...forgeries.map((one) => ({ ...one, comment: one.says }))];

/** The cases of one device after another; the same names of devices give the same bytes. */
export function* corpusOf(devices: readonly string[]): Generator<Case> {
  let id = 0;
  for (const device of devices) {
    for (const draft of drafts) yield caseOf(++id, device, draft);
  }
}

function caseOf(id: number, device: string, { clause, comment, options, make }: Draft): Case {
  const bytes = make(device);
  const evidence = readEvidence(bytes);
  const under = (chosen: Options): Expected => expectedOf(judge(evidence, chosen));
  return {
    id,
    device,
    ...(clause === undefined ? {} : { clause }),
    comment,
    ...(options === undefined ? {} : { special: { options, verdict: under({ ...defaultOptions, ...options }) } }),
    verdicts: Object.fromEntries(Object.entries(optionSets).map(([name, set]) => [name, under(set)])),
    evidence: toBase64(bytes),
  };
}

const toBase64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
