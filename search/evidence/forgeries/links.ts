/** Certificates that are good one by one, and do not fit together. */
import type { ClauseId } from '../../../spec/clauses.generated.ts';
import type { Options } from '../../../spec/evidence/options.ts';
import { encode } from '../../../model/cbor/encode.ts';
import { coseLabels } from '../../../model/cose/key.ts';
import { claims, modes } from '../../../model/dice/labels.ts';
import type { Fields, Plan } from '../../../model/forge/chain.ts';
import { keysOf, soundPlan } from '../../../model/forge/chain.ts';
import type { Forgery } from './forgery.ts';
import { both, chain, inEntry, partsOf, selfSignedChain, set } from './forgery.ts';

const marked = (...markers: readonly boolean[]): Plan => ({ ...soundPlan, markers });
const avf: Partial<Options> = { instance: 'avf' };

export const links: readonly Forgery[] = [
  inEntry('CHAIN-LINKED', 'the issuer is somebody else', { claims: set(claims.issuer, 'somebody') }),
  chain(
    'CHAIN-SUBJECTS-ONCE',
    'two entries have one subject',
    {
      entries: {
        0: { claims: set(claims.subject, 'one') },
        1: { claims: both(set(claims.issuer, 'one'), set(claims.subject, 'one')) },
        2: { claims: set(claims.issuer, 'one') },
      },
    },
    { entry: 1 },
  ),
  repeatedRoot(),
  chain(
    'CHAIN-MARKERS-UNBROKEN',
    'a stage between two of the RKP VM is not',
    {},
    { plan: marked(true, false, true), options: avf },
  ),
  chain(
    'CHAIN-MARKERS-UNBROKEN',
    'so for other instances, where markers may stand anywhere',
    {},
    {
      plan: marked(true, false, true),
      options: { markers: 'anywhere' },
    },
  ),
  chain(
    'CHAIN-MARKERS-TO-LEAF',
    'the last stage is not of the RKP VM',
    {},
    { plan: marked(true, true, false), options: avf },
  ),
  selfSigned('CHAIN-MARKERS-PROPER', 'it is one certificate for its own root key, in debug mode', avf),
  chain('CHAIN-MARKERS-ENOUGH', 'no stage is of the RKP VM', {}, { options: avf }),
  chain(
    'CHAIN-MARKERS-ENOUGH',
    'only one stage is of the RKP VM',
    {},
    { plan: marked(false, false, true), options: avf },
  ),
  chain(
    'CHAIN-MARKERS-RESERVED',
    'another instance has the chain of an RKP VM',
    {},
    { plan: marked(false, true, true) },
  ),
];

/** A chain of one certificate, by the root key for the root key. */
function selfSigned(clause: ClauseId, description: string, options: Partial<Options>): Forgery {
  const inDebugMode = { claims: set(claims.mode, Uint8Array.of(modes.debug)) };
  const make = (device: string): Uint8Array => selfSignedChain(device, inDebugMode);
  return { clause, description, options, make };
}

/** The third certificate is for the root key again. */
function repeatedRoot(): Forgery {
  const make = (device: string): Uint8Array => {
    const plan: Plan = { ...soundPlan, kinds: ['Ed25519', 'P-256', 'Ed25519'], device };
    const [first] = keysOf(plan);
    const key = (fields: Fields): undefined => set(coseLabels.x, first?.raw ?? null)(fields);
    return encode(partsOf(plan, { entries: { 1: { key } } }));
  };
  return { clause: 'CHAIN-KEYS-ONCE', description: 'the last key is the root key', entry: 1, make };
}
