/** Policies as bytes: the constraints that Secretkeeper stores with a secret, held against the chain of whoever asks. */
import type { Check, Unasked } from './check.ts';
import { must } from './check.ts';
import { encodingChecks } from './encoding.ts';
import type { EncodingFault } from './facts.ts';
import { ask, decide } from './verdict.ts';
import type { Inquiry, Verdict } from './verdict.ts';

/** One constraint, and what the chain has at its path. */
export interface ConstraintFacts {
  /** The part of the chain: its version, its root key, then the certificates. */
  readonly part: number;
  readonly kind: 'exact' | 'at least' | 'unknown';
  readonly isFound: boolean;
  /** What is wanted is what was found, encoding by encoding. */
  readonly isSame: boolean;
  /** Both as integers; undefined for what is none. */
  readonly wanted: bigint | undefined;
  readonly found: bigint | undefined;
}

export interface ConstrainedFacts {
  readonly policy: {
    readonly fault: EncodingFault | undefined;
    readonly isPolicy: boolean;
    /** How many parts of a chain it has a list for. */
    readonly parts: number;
  };
  readonly chain: {
    readonly fault: EncodingFault | undefined;
    /** A version, a root key in a byte string, and one certificate or more with payloads that can be read. */
    readonly isExplicit: boolean;
    readonly parts: number;
  };
  readonly constraints: readonly ConstraintFacts[];
}

/** What a policy is, whatever the chain. */
const policyFormChecks: readonly Check<ConstrainedFacts['policy'], unknown>[] = [
  ...encodingChecks,
  must('POLICY-FORM', 'the policy is no version with lists of constraints', ({ isPolicy }) => isPolicy),
];

const chainFormChecks: readonly Check<ConstrainedFacts, unknown>[] = [
  must(
    'POLICY-EXPLICIT',
    'the chain is not one whose root key is in a byte string',
    ({ chain }) => chain.fault === undefined && chain.isExplicit,
  ),
  must('POLICY-LENGTH', 'the chain has more or fewer parts', ({ policy, chain }) => policy.parts === chain.parts),
];

const constraintChecks: readonly Check<ConstraintFacts, unknown>[] = [
  must('POLICY-FOUND', 'what a constraint is about is missing', ({ isFound }) => isFound),
  must('POLICY-KIND', 'a constraint is of an unknown kind', ({ kind }) => kind !== 'unknown'),
  must('POLICY-EXACT', 'something is not what it was', ({ kind, isSame }) => kind !== 'exact' || isSame),
  must(
    'POLICY-AT-LEAST',
    'something is no integer, or less than it was',
    ({ kind, wanted, found }) =>
      kind !== 'at least' || (wanted !== undefined && found !== undefined && found >= wanted),
  ),
];

export const constrainedChecks = [...policyFormChecks, ...chainFormChecks, ...constraintChecks];

/** The parts of a chain before its first certificate. */
const beforeCertificates = 2;

/** What is asked of a policy alone. */
export const inquirePolicy = (policy: ConstrainedFacts['policy']): Inquiry => ({
  questions: [ask('the form of the policy', policyFormChecks, policy, undefined)],
  sound: 'proper',
});

/** What is asked of a policy and a chain, constraint by constraint. */
export function inquireConstrained(facts: ConstrainedFacts): Inquiry {
  const constraints = facts.constraints.map((constraint, i) => {
    const entry = constraint.part - beforeCertificates;
    return ask(`constraint ${i}`, constraintChecks, constraint, undefined, entry < 0 ? undefined : entry);
  });
  const chain = ask('the form of the chain, as a policy has it', chainFormChecks, facts, undefined);
  return { questions: [...inquirePolicy(facts.policy).questions, chain, ...constraints], sound: 'proper' };
}

export const appraiseConstrained = (facts: ConstrainedFacts, unasked?: Unasked): Verdict =>
  decide(inquireConstrained(facts), unasked);
