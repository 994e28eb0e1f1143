/** Faults of verifiers: what each does otherwise than the specification, and the smallest evidence that shows it. */
import type * as fc from 'fast-check';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { Reading } from '../../spec/evidence/appraiser.ts';
import type { Options } from '../../spec/evidence/options.ts';
import { hex, unhex } from '../../model/bytes.ts';
import type { Evidence } from '../../model/evidence/evidence.ts';
import { readEvidence } from '../../model/evidence/evidence.ts';
import { partsOf } from '../../model/cbor/parts.ts';
import type { NamedFault } from '../fault.ts';
import type { EvidenceCounterexample } from './file.ts';
import type { Appraisal } from '../../properties/evidence/appraise.ts';
import { appraise, judge, without } from '../../properties/evidence/appraise.ts';
import type { Decision } from '../../properties/evidence/decision.ts';
import { brokenBy, decisionOf, formatDecision } from '../../properties/evidence/decision.ts';
import { optionsNamed } from '../../search/evidence/option-sets.ts';
import type { Drawn } from '../../search/evidence/recipes/generator.ts';
import { drawn } from '../../search/evidence/recipes/generator.ts';
import { formatRecipe, makeEvidence } from '../../search/evidence/recipes/recipe.ts';
import { kebab } from '../../search/judge/counterexample.ts';
import { evidenceReductions } from '../../search/evidence/recipes/reductions.ts';
import { sequencesOf } from '../../search/engine/arbitrary.ts';
import type { Subject } from '../../search/engine/arbitrary.ts';
import { check } from '../../search/engine/check.ts';
import { shrinkBy } from '../../search/shrink/shrink.ts';

export interface EvidenceFault extends NamedFault {
  /** It turns sound evidence away, instead of believing what is forged. */
  readonly denies?: true;
  readonly unasked?: readonly ClauseId[];
  readonly reading?: Reading;
  /** What it takes the evidence for, given also the bytes. */
  readonly sees?: (evidence: Evidence, bytes: Uint8Array) => Evidence;
}

/** What the verifier with the fault makes of evidence. */
export function appraiseWith(
  { unasked = [], reading, sees }: EvidenceFault,
  bytes: Uint8Array,
  options: Options,
): Appraisal {
  const read = readEvidence(bytes, reading);
  return judge(sees?.(read, bytes) ?? read, options, without(...unasked));
}

/** What the verifier with the fault decides. */
export const decideWith = (fault: EvidenceFault, bytes: Uint8Array, options: Options): Decision =>
  decisionOf(appraiseWith(fault, bytes, options));

/** Evidence that was drawn, with what is specified for it, so that many faults can be tried on it. */
interface Pooled {
  readonly drawn: Drawn;
  readonly bytes: Uint8Array;
  readonly options: Options;
  readonly specified: Decision;
}

function pooled(drawn: Drawn): Pooled {
  const [bytes, options] = [makeEvidence(drawn.recipe), optionsNamed(drawn.options)];
  return { drawn, bytes, options, specified: decisionOf(appraise(bytes, options)) };
}

/** Evidence that was drawn with one seed, made when it is first asked for, and kept for the next fault. */
export class EvidencePool {
  readonly seed: number;
  private readonly made = new Map<string, Pooled>();

  constructor(seed: number) {
    this.seed = seed;
  }

  of(drawn: Drawn): Pooled {
    const key = [...formatRecipe(drawn.recipe), drawn.options].join('\n');
    const known = this.made.get(key) ?? pooled(drawn);
    this.made.set(key, known);
    return known;
  }
}

const subject: Subject<Drawn> = {
  draw: (random: fc.Random) => drawn.generate(random, undefined).value,
  accepts: (value): value is Drawn => typeof value === 'object' && value !== null && 'recipe' in value,
  shrink: (value) => shrinkBy(value, evidenceReductions),
};

function isShownBy(fault: EvidenceFault, { bytes, options, specified }: Pooled): boolean {
  const decided = decideWith(fault, bytes, options);
  const clause = brokenBy(decided, specified);
  return (
    clause !== undefined && fault.clauses.includes(clause) && (decided.verdict === 'denied') === (fault.denies === true)
  );
}

export interface Detected {
  /** Pieces that were drawn until one showed the fault. */
  readonly draws: number;
  readonly counterexample: EvidenceCounterexample;
}

/** Looks for the fault in so many pieces of drawn evidence at the most, and shrinks what shows it. */
export async function detectEvidenceFault(
  fault: EvidenceFault,
  pool: EvidencePool,
  most: number,
): Promise<Detected | undefined> {
  const holds = (one: Drawn): boolean => !isShownBy(fault, pool.of(one));
  const { runs, failure } = await check(sequencesOf(subject), holds, { seed: pool.seed, runs: most });
  return failure && { draws: runs, counterexample: writeEvidence(fault, failure.value) };
}

function writeEvidence(fault: EvidenceFault, one: Drawn): EvidenceCounterexample {
  const { bytes, options, specified } = pooled(one);
  const decided = decideWith(fault, bytes, options);
  return {
    name: `${fault.id}.${kebab(fault.loses)}`,
    fault: fault.id,
    options: one.options,
    breaks: brokenBy(decided, specified) ?? '',
    decided: formatDecision(decided),
    specified: formatDecision(specified),
    made: formatRecipe(one.recipe),
    evidence: partsOf(bytes).map(hex),
    story: fault.story,
  };
}

export const bytesOf = ({ evidence }: Pick<EvidenceCounterexample, 'evidence'>): Uint8Array => unhex(evidence.join(''));

/** What is wrong with a counterexample, if anything is: it has to show its fault, and what is specified for it. */
export function flawOfEvidence(fault: EvidenceFault, counterexample: EvidenceCounterexample): string | undefined {
  const bytes = bytesOf(counterexample);
  const options = optionsNamed(counterexample.options);
  const specified = decisionOf(appraise(bytes, options));
  const decided = decideWith(fault, bytes, options);
  const { breaks } = counterexample;
  if (formatDecision(specified) !== counterexample.specified)
    return `what is specified is ${formatDecision(specified)}`;
  if (formatDecision(decided) !== counterexample.decided) return `what is decided is ${formatDecision(decided)}`;
  if (brokenBy(decided, specified) !== breaks) return `it does not break ${breaks}`;
  return fault.clauses.includes(breaks) ? undefined : `${breaks} is none of the clauses of the fault`;
}
