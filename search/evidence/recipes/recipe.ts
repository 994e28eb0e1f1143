/** Evidence by how it is made: a plan of sound evidence, and edits that make something else of it. */
import type { Cbor } from '../../../model/cbor/decode.ts';
import { isMap } from '../../../model/cbor/decode.ts';
import { encode } from '../../../model/cbor/encode.ts';
import type { Change, Changes, EntryChanges, Plan } from '../../../model/forge/chain.ts';
import { forgeChain, forgeChainBytes, forgeRequestBytes, secretOf } from '../../../model/forge/chain.ts';
import type { Edit, HandoverPart } from './edit.ts';
import { zeros } from './edit.ts';

/** An edit, and the number of the message in which it is made; those beyond the last count from the first again. */
export interface Move {
  readonly edit: Edit;
  readonly at: number;
}

export interface Recipe {
  readonly kind: 'chain' | 'request' | 'handover';
  readonly plan: Plan;
  readonly moves: readonly Move[];
}

export function makeEvidence({ kind, plan, moves }: Recipe): Uint8Array {
  const leaf = plan.kinds.length - 1;
  const messages = Array.from({ length: leaf + 1 }, (_, at) =>
    allInMessage(
      moves.flatMap((move) => {
        const { message, everywhere } = move.edit;
        const isHere = placeOf({ kind, plan }, move) === at;
        return [...(isHere && message ? [message] : []), ...(at < leaf && everywhere ? [everywhere] : [])];
      }),
    ),
  );
  const chain = { ...allInChain(moves.map(({ edit }) => edit)), entries: messages };
  if (kind === 'chain') return forgeChainBytes(plan, chain);
  const bytes = bytesInTurn(moves.map(({ edit }) => edit.chain?.bytes));
  if (kind === 'handover') return bytes(encode(handoverOf(plan, moves, chain)));
  const requests = moves.flatMap(({ edit }) => edit.request ?? []);
  return forgeRequestBytes(plan, {
    payload: inTurn(requests.map(({ payload }) => payload)),
    deviceInfo: inTurn(requests.map(({ deviceInfo }) => deviceInfo)),
    data: inTurn(requests.map(({ data }) => data)),
    request: inTurn(requests.map(({ request }) => request)),
    udsCerts: requests.findLast(({ udsCerts }) => udsCerts)?.udsCerts ?? new Map(),
    signing: messages[leaf] ?? {},
    chain,
    bytes,
  });
}

/**
 * The message of a move: an entry of the chain or, for what is done to any message, also the one that is the request.
 */
function placeOf({ kind, plan }: Omit<Recipe, 'moves'>, { edit: { message = {} }, at }: Move): number {
  const isOfAny = message.claims === undefined && message.descriptor === undefined && message.key === undefined;
  return at % (plan.kinds.length - (kind === 'request' && isOfAny ? 0 : 1));
}

function handoverOf(plan: Plan, moves: readonly Move[], changes: Changes): Cbor {
  const sound: readonly HandoverPart[] = [
    [1, secretOf(plan, plan.kinds.length - 1)],
    [2, zeros(32)],
    [3, forgeChain(plan, changes)],
  ];
  return new Map(moves.reduce((now, { edit }) => edit.handover?.(now) ?? now, sound));
}

const allInMessage = (all: readonly EntryChanges[]): EntryChanges => ({
  descriptor: inTurn(all.map(({ descriptor }) => descriptor)),
  descriptorBytes: bytesInTurn(all.map(({ descriptorBytes }) => descriptorBytes)),
  key: inTurn(all.map(({ key }) => key)),
  claims: inTurn(all.map((one) => one.claims)),
  payload: bytesInTurn(all.map(({ payload }) => payload)),
  header: inTurn(all.map(({ header }) => header)),
  entry: inTurn(all.map(({ entry }) => entry)),
  signer: (place) => all.findLast(({ signer }) => signer)?.signer?.(place),
});

const allInChain = (edits: readonly Edit[]): Omit<Changes, 'entries'> => {
  const all = edits.flatMap(({ chain }) => chain ?? []);
  return {
    rootKey: inTurn(all.map(({ rootKey }) => rootKey)),
    chain: inTurn(all.map(({ chain }) => chain)),
    bytes: bytesInTurn(all.map(({ bytes }) => bytes)),
  };
};

/** One change after another, as long as what comes out is still of the kind that they change. */
const inTurn =
  <T extends Cbor>(changes: readonly (Change<T> | undefined)[]): Change<T> =>
  (value, place) => {
    let now: Cbor = value;
    for (const change of changes) if (isMap(now) === isMap(value)) now = change?.(now as T, place) ?? now;
    return now;
  };

const bytesInTurn =
  (changes: readonly (((bytes: Uint8Array) => Uint8Array) | undefined)[]) =>
  (bytes: Uint8Array): Uint8Array =>
    changes.reduce<Uint8Array>((now, change) => change?.(now) ?? now, bytes);

/** How it is made, in lines. */
export function formatRecipe({ kind, plan, moves }: Recipe): readonly string[] {
  const { kinds, profile, markers } = plan;
  const entries = kinds.length - 1;
  const marked = kinds.slice(1).flatMap((_, at) => (markers?.[at] ? [at] : []));
  return [
    `a ${kind} of ${entries} ${entries === 1 ? 'entry' : 'entries'}, with keys ${kinds.join(', ')}${profile === undefined ? '' : `, of ${profile}`}`,
    ...(marked.length === 0 ? [] : [`RKP VM markers in ${marked.map((at) => `entry ${at}`).join(' and ')}`]),
    ...moves.map((move) => {
      const at = placeOf({ kind, plan }, move);
      return move.edit.message === undefined
        ? move.edit.description
        : `${at === entries ? 'the request' : `entry ${at}`}: ${move.edit.description}`;
    }),
  ];
}
