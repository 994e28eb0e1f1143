/** Evidence for other people's verifiers, in the manner of Wycheproof: each case with the clause that it is about. */
import { sha256 } from '@noble/hashes/sha2.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import { hex } from '../../model/bytes.ts';
import { readEvidence } from '../../model/evidence/evidence.ts';
import type { Evidence } from '../../model/evidence/evidence.ts';
import { appraise, judge } from '../../properties/evidence/appraise.ts';
import { decisionOf, formatDecision } from '../../properties/evidence/decision.ts';
import type { Decision } from '../../properties/evidence/decision.ts';
import { decisions, undecided } from './decisions.ts';
import type { Draft } from './drafts.ts';
import { drawnDrafts, firstOf, othersOf } from './drafts.ts';
import { optionSets, optionsNamed } from './option-sets.ts';

export const kinds = ['chain', 'request', 'handover', 'unreadable'] as const;

export interface Case {
  /** The same whatever else is in the corpus, and below 2^48. */
  readonly tcId: number;
  readonly kind: Evidence['kind'];
  /** The name of the options under which it is judged. */
  readonly options: string;
  readonly comment: string;
  /** The clause that it was made to break, or that it just keeps, and what sort of case it is. */
  readonly flags: readonly (Sort | ClauseId)[];
  readonly evidence: Uint8Array;
  readonly result: 'valid' | 'invalid' | 'acceptable';
  /** `proper`, `degenerate`, or the clause that denies it, with the entry where it is one. */
  readonly verdict: string;
}

export type Sort = 'Sound' | 'Forged' | 'Boundary' | 'Drawn' | 'Decision';

export interface CorpusPlan {
  /** The devices for which every forgery is made; the same names give the same bytes. */
  readonly devices: readonly string[];
  /** How many pieces are drawn besides, and from which seed. */
  readonly draws: number;
  readonly seed: number;
}

/** A case before it is made. */
interface Planned {
  readonly tcId: number;
  readonly draft: Draft;
  readonly options: string;
}

export function plannedIn({ devices, draws, seed }: CorpusPlan): readonly Planned[] {
  const ofDevices = devices.flatMap((device, at) =>
    (at === 0 ? firstOf(device) : othersOf(device)).map((draft) => ({ draft, origin: `device ${at}` })),
  );
  const ofDraws = drawnDrafts(draws, seed).map((draft, at) => ({ draft, origin: `draw ${at} of ${seed}` }));
  return [...ofDevices, ...ofDraws].flatMap(({ draft, origin }) =>
    draft.options.map((options) => ({ tcId: idOf(origin, draft, options), draft, options })),
  );
}

const idOf = (origin: string, { sort, clause, comment }: Draft, options: string): number =>
  parseInt(hex(sha256(utf8ToBytes([origin, sort, clause ?? '', comment, options].join('|'))).slice(0, 6)), 16);

/** All that is planned, but for what is of no use. */
export function* corpusOf(plan: CorpusPlan): Generator<Case> {
  yield* casesOf(plannedIn(plan));
}

/** Cases one after another; evidence that several of them have in a row is made once. */
export function* casesOf(planned: readonly Planned[]): Generator<Case> {
  let made: { readonly of: Draft; readonly evidence: Uint8Array; readonly read: Evidence } | undefined;
  for (const { tcId, draft, options } of planned) {
    if (made?.of !== draft) {
      const evidence = draft.make();
      made = { of: draft, evidence, read: readEvidence(evidence) };
    }
    const { evidence, read } = made;
    if (isOfUse(options, evidence, read)) yield caseOf({ tcId, draft, options }, evidence, read);
  }
}

function caseOf({ tcId, draft, options }: Planned, evidence: Uint8Array, read: Evidence): Case {
  const { sort, clause, comment } = draft;
  const decision = decisionOf(judge(read, optionsNamed(options)));
  const result = resultOf(decision, evidence, options);
  const flags = [
    sort,
    ...(clause === undefined ? [] : [clause]),
    ...(result === 'acceptable' ? (['Decision'] as const) : []),
  ];
  return { tcId, kind: read.kind, options, comment, flags, evidence, result, verdict: formatDecision(decision) };
}

/** Bytes that are only there for their size would otherwise make up most of the corpus. */
const largeFrom = 16_384;

/** What cannot be read is denied under all options, and times are asked of X.509 certificates alone. */
function isOfUse(options: string, evidence: Uint8Array, read: Evidence): boolean {
  if (options === 'default') return true;
  if (read.kind === 'unreadable' || evidence.length > largeFrom) return false;
  const hasPaths = read.kind === 'request' && read.read.facts.udsPaths.length > 0;
  return hasPaths || optionSets[options]?.at === undefined;
}

function resultOf({ verdict, clause }: Decision, evidence: Uint8Array, options: string): Case['result'] {
  if (verdict !== 'denied') return 'valid';
  if (!decisions.some((one) => one.clause === clause)) return 'invalid';
  const without = decisionOf(appraise(evidence, optionsNamed(options), undecided));
  return without.verdict === 'denied' ? 'invalid' : 'acceptable';
}

export const planOf = (devices: number, draws: number, seed: number): CorpusPlan => ({
  devices: Array.from({ length: devices }, (_, at) => `device ${at} of ${seed}`),
  draws,
  seed,
});
