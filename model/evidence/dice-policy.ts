/** Policies of Secretkeeper, as facts: a version, and for each part of a chain a list of constraints. */
import type { ConstrainedFacts, ConstraintFacts } from '../../spec/evidence/constraints.ts';
import type { Bytes } from '../bytes.ts';
import type { Cbor } from '../cbor/decode.ts';
import { isArray, isBytes, isInteger, isMap, isSameValue, tryDecode } from '../cbor/decode.ts';
import { encode } from '../cbor/encode.ts';
import { asSigned64, asUnsigned64 } from './fields.ts';

/** One constraint as it stands: for which part of a chain, of which kind, where in the part, and what is wanted there. */
export interface Constraint {
  readonly part: number;
  readonly kind: number;
  readonly path: readonly (number | bigint)[];
  readonly wanted: Cbor;
}

export const constraintKinds = { exact: 1, atLeast: 2 } as const;

export interface ReadPolicy {
  readonly facts: ConstrainedFacts['policy'];
  readonly constraints: readonly Constraint[];
}

/** Whether the bytes begin as no other evidence does: with a number and an array. */
export function isPolicy(bytes: Bytes): boolean {
  const read = tryDecode(bytes);
  return 'value' in read && isArray(read.value) && isInteger(read.value[0]) && isArray(read.value[1]);
}

/** Reads a policy. Never throws. */
export function readPolicy(bytes: Bytes): ReadPolicy {
  const read = tryDecode(bytes);
  if ('fault' in read) return { facts: { fault: read.fault, isPolicy: false, parts: 0 }, constraints: [] };
  const [version = null, ...lists] = isArray(read.value) ? read.value : [];
  const constraints = lists.map((list, part) => (isArray(list) ? list.map((one) => constraintOf(one, part)) : []));
  const isWhole =
    asUnsigned64(version) !== undefined &&
    asSigned64(version) !== undefined &&
    lists.length > 0 &&
    lists.every(isArray) &&
    constraints.flat().every((one) => one !== undefined);
  return {
    facts: { fault: undefined, isPolicy: isWhole, parts: lists.length },
    constraints: constraints.flat().filter((one) => one !== undefined),
  };
}

const largestKind = 0xffff;

function constraintOf(value: Cbor, part: number): Constraint | undefined {
  const [kind, path, wanted] = isArray(value) && value.length === 3 ? value : [];
  if (typeof kind !== 'number' || kind < 0 || kind > largestKind || !isArray(path) || wanted === undefined)
    return undefined;
  const steps = path.filter(isInteger).filter((step) => asSigned64(step) !== undefined);
  return steps.length === path.length ? { part, kind, path: steps, wanted } : undefined;
}

/** Writes a policy: its version is 1. */
export const writePolicy = (lists: readonly (readonly Omit<Constraint, 'part'>[])[]): Bytes =>
  encode([1, ...lists.map((list) => list.map(({ kind, path, wanted }) => [kind, path, wanted]))]);

/** What the chain has where each constraint looks. */
export interface Constrained {
  readonly facts: ConstrainedFacts;
  readonly found: readonly (Cbor | undefined)[];
}

/** Holds a chain against a policy that was read. Never throws. */
export function constrain({ facts: policy, constraints }: ReadPolicy, chain: Bytes): Constrained {
  const read = tryDecode(chain);
  const parts = 'value' in read ? partsOf(read.value) : undefined;
  const lookUp = lookUpOnce();
  const found = constraints.map(({ part, path }) => lookUp(parts?.[part], path));
  return {
    facts: {
      policy,
      chain: {
        fault: 'fault' in read ? read.fault : undefined,
        isExplicit: parts !== undefined,
        parts: parts?.length ?? 0,
      },
      constraints: constraints.map((constraint, at) => factsOf(constraint, found[at])),
    },
    found,
  };
}

const kindNames = new Map<number, ConstraintFacts['kind']>([
  [constraintKinds.exact, 'exact'],
  [constraintKinds.atLeast, 'at least'],
]);

const asBig = (value: Cbor | undefined): bigint | undefined => (isInteger(value) ? BigInt(value) : undefined);

const factsOf = ({ part, kind, wanted }: Constraint, found: Cbor | undefined): ConstraintFacts => ({
  part,
  kind: kindNames.get(kind) ?? 'unknown',
  isFound: found !== undefined,
  isSame: found !== undefined && isSameValue(found, wanted),
  wanted: asBig(wanted),
  found: asBig(found),
});

/** The parts that constraints are about; of a certificate it is the payload. */
function partsOf(chain: Cbor): readonly Cbor[] | undefined {
  const [version, root, ...entries] = isArray(chain) ? chain : [];
  if (!isInteger(version) || !isBytes(root) || entries.length === 0) return undefined;
  const payloads = entries.map(payloadOf).filter((payload) => payload !== undefined);
  return payloads.length === entries.length ? [version, root, ...payloads] : undefined;
}

function payloadOf(entry: Cbor): Cbor | undefined {
  const payload = isArray(entry) && entry.length === 4 ? entry[2] : undefined;
  return isBytes(payload) ? valueIn(payload) : undefined;
}

function valueIn(bytes: Bytes): Cbor | undefined {
  const read = tryDecode(bytes);
  return 'value' in read ? read.value : undefined;
}

type LookUp = (value: Cbor | undefined, path: readonly (number | bigint)[]) => Cbor | undefined;

/**
 * The value at the end of a path: by label in a map, by place in an array, and in a byte string that holds a map. Each
 * byte string is read once, however many constraints are about it.
 */
function lookUpOnce(): LookUp {
  const opened = new Map<Bytes, Cbor | undefined>();
  function open(bytes: Bytes): Cbor | undefined {
    if (!opened.has(bytes)) opened.set(bytes, valueIn(bytes));
    const held = opened.get(bytes);
    return isMap(held) ? held : undefined;
  }
  return (value, path) =>
    path.reduce<Cbor | undefined>((at, step) => {
      const held = isBytes(at) ? open(at) : at;
      if (isArray(held)) return held[Number(step)];
      return isMap(held) ? held.get(step) : undefined;
    }, value);
}
