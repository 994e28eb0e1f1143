/** Policies of Secretkeeper on the command line: shown on their own, or a chain held against one. */
import type { Cbor } from '../../model/cbor/decode.ts';
import type { Constrained, Constraint, ReadPolicy } from '../../model/evidence/dice-policy.ts';
import { constrain, constraintKinds, isPolicy, readPolicy } from '../../model/evidence/dice-policy.ts';
import { inquireConstrained } from '../../spec/evidence/constraints.ts';
import { decide } from '../../spec/evidence/verdict.ts';
import type { Inquiry, Verdict } from '../../spec/evidence/verdict.ts';
import { formatCbor, formatLabel, labels } from '../../search/evidence/recipes/format.ts';
import { readEvidenceFile } from './input.ts';
import { noValue, shown } from './table.ts';

/** The policy in a file, or in one line why there is none. */
export async function policyIn(file: string, seconds?: number): Promise<ReadPolicy | string> {
  const found = await readEvidenceFile(file, seconds);
  if (typeof found === 'string') return found;
  const [first] = found;
  return first && isPolicy(first.bytes)
    ? readPolicy(first.bytes)
    : `--policy takes a policy of Secretkeeper, and ${file} is none`;
}

interface Held {
  readonly inquiry: Inquiry;
  readonly verdict: Verdict;
  readonly found: Constrained['found'];
}

export function holdAgainst(policy: ReadPolicy, chain: Uint8Array): Held {
  const { facts, found } = constrain(policy, chain);
  const inquiry = inquireConstrained(facts);
  return { inquiry, verdict: decide(inquiry), found };
}

const partName = (part: number): string => ['version', 'root key'][part] ?? `entry ${part - 2}`;

/** Labels by their names: those of claims first, then those of descriptors. */
const pathName = ({ path }: Constraint): string =>
  path.map((step, at) => formatLabel(step, at === 0 ? labels.claims : labels.descriptor)).join(' / ') || '(whole)';

const kindName = ({ kind }: Constraint): string =>
  kind === constraintKinds.exact ? 'is' : kind === constraintKinds.atLeast ? 'is at least' : `unknown (${kind})`;

const most = 8;
const value = (one: Cbor | undefined): string => (one === undefined ? noValue : shown(formatCbor(one, most)));

/** Each constraint, and what the chain has there if there is a chain. */
export const rowsOfPolicy = (
  { constraints }: ReadPolicy,
  found?: Constrained['found'],
): readonly (readonly string[])[] => [
  ['part', 'where', 'constraint', 'wanted', ...(found ? ['found'] : [])],
  ...constraints.map((one, at) => [
    partName(one.part),
    pathName(one),
    kindName(one),
    value(one.wanted),
    ...(found ? [value(found[at])] : []),
  ]),
];
