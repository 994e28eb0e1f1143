/** Android's own verifier of chains and requests, held against this specification by running it. */
import type { Appraiser } from '../appraiser.ts';
import type { DeviceInfoClaims, KeyFacts, RequestFacts, UdsPathFacts } from '../facts.ts';
import { eachPayload, given } from './seeing.ts';

const inPaths =
  (sees: (path: UdsPathFacts) => UdsPathFacts) =>
  (request: RequestFacts): RequestFacts => ({ ...request, udsPaths: request.udsPaths.map(sees) });

const inDevice =
  (sees: (info: DeviceInfoClaims) => DeviceInfoClaims) =>
  (request: RequestFacts): RequestFacts => ({
    ...request,
    payload: { ...request.payload, deviceInfo: sees(request.payload.deviceInfo) },
  });

const longest = 64;

/** A challenge without its end. */
function shortened(request: RequestFacts): RequestFacts {
  const { challenge } = request.signedData;
  if (challenge.kind !== 'given') return request;
  const seen = given(challenge.value.slice(0, 2 * longest));
  return { ...request, signedData: { ...request.signedData, challenge: seen } };
}

/** Keys to be certified only have to be keys; it stops with an error of its own where they are not. */
function anyKeys(request: RequestFacts): RequestFacts {
  const { keysToSign } = request.payload;
  const areKeys =
    keysToSign?.every((key: KeyFacts) => key.isKey && ['absent', 'array'].includes(key.operations)) === true;
  return { ...request, payload: { ...request.payload, keysToSign: areKeys ? [] : undefined } };
}

const anyFused = inDevice((info) => {
  const { security_level: level } = info.texts;
  const isRkpVm = level.kind === 'given' && level.value.toLowerCase() === 'avf';
  return isRkpVm && info.fused.kind === 'given' ? { ...info, fused: given('1') } : info;
});

const anySystem = inDevice((info) => {
  const { os_version: system } = info.texts;
  if (system.kind !== 'given' || system.value !== '') return info;
  return { ...info, texts: { ...info.texts, os_version: given('any') } };
});

const withoutWidevine = eachPayload((payload) =>
  payload.profileName.kind === 'given' && payload.profileName.value.startsWith('widevine.')
    ? { ...payload, profileName: { kind: 'mistyped' } }
    : payload,
);

export const hwtrust: Appraiser = {
  name: 'hwtrust',
  description:
    'The verifier of chains and requests for Android devices, which servers and factory tests use: the edition of March 2025 (da7738a), with OpenSSL 3. It was run on 202 inputs, and decides them as it does here.',
  asksForToday: true,
  departures: [
    {
      description:
        'takes numbers that are longer than they need to be, lengths that are left open, any nesting, and `undefined` for null',
      grounds: 'run',
      why: 'such encodings tell readers apart, and no device writes them (R-SHORTEST)',
      reading: { anyForm: true },
    },
    {
      description: 'reads evidence of any size; here it is denied beyond 65536 bytes by CBOR-BOUNDED all the same',
      grounds: 'read',
      why: 'whoever reads without end can be kept busy without end',
    },
    {
      description:
        'takes countersignatures one within the other to any depth; here they are denied beyond 16 by COSE-HEADER-FORM all the same',
      grounds: 'read',
      why: 'each is read within the one around it, and a reader without a limit runs out of stack',
    },
    { description: 'passes over bytes after a request', grounds: 'read', reading: { trailing: ['request'] } },
    {
      description: 'takes whatever CBOR has where it does not look, as in the part that nobody vouches for',
      grounds: 'run',
      why: 'a reader that stops at what it does not know would not get to the rest',
      reading: { anyKind: true },
    },
    {
      description: 'counts the parts of what is signed from the end, and passes over more in front',
      grounds: 'run',
      why: 'the format has four parts, and a reader that counts from the beginning sees another request',
      reading: { moreInFront: true },
    },
    {
      description: 'lets a map that it does not look at have a key twice, or keys of any kind',
      grounds: 'read',
      why: 'two readers could see two values (CBOR-KEYS-ONCE)',
      reading: { anyMap: true },
    },
    {
      description: 'takes no chain whose root key is in a byte string',
      grounds: 'run',
      why: 'the two forms say the same, and Secretkeeper is handed the other one',
      reading: { bareRootKey: true },
    },
    { description: 'takes no handover', grounds: 'read', reading: { noHandover: true } },
    {
      description:
        'takes any 32 bytes for a key of Ed25519, also points of small order, and what is no point where nothing is verified with it',
      grounds: 'run',
      why: 'nobody needs a secret to sign under such a key',
      unasked: ['COSE-KEY-ORDER'],
      reading: { anyEd25519: true },
    },
    {
      description: 'takes the algorithm of ECDH for that of a key of Ed25519 or on P-256',
      grounds: 'read',
      why: 'a key that is there to agree on others is not there to sign (RFC 9053, 2)',
      reading: { agreementKeys: true },
    },
    {
      description: 'lets a label be in both headers',
      grounds: 'run',
      why: 'RFC 9052 calls such a message malformed',
      unasked: ['COSE-LABELS-ONCE'],
    },
    {
      description: 'looks for critical parameters in the protected header alone',
      grounds: 'read',
      unasked: ['COSE-CRITICAL-PROTECTED'],
    },
    {
      description: 'takes a certificate of the root key for itself from an RKP VM too',
      grounds: 'run',
      why: 'the chain of an RKP VM has two markers, and this one none; it was seen in debug mode',
      unasked: ['CHAIN-MARKERS-PROPER'],
    },
    {
      description: "knows no profile of Widevine's",
      grounds: 'run',
      why: 'later editions know two',
      sees: withoutWidevine,
    },
    {
      description:
        'leaves paths of certificates to OpenSSL: of any length, with keys on other curves, with older hashes, a root that says less of its authority, parameters of RSA and ECDSA that are the same in both places, zeros in front of outer lengths, bytes after a certificate, and critical extensions that it knows; names are constrained where one breaks a constraint',
      grounds: 'run',
      why: 'what is critical has to be acted upon (R-UDS-PATHS); the rest has one form, so that two readers agree',
      unasked: ['UDS-PATH-LENGTH'],
      reading: { openSsl: true },
    },
    {
      description: 'takes certificates for expired in their last second',
      grounds: 'read',
      why: 'that second is in their time (RFC 5280, 4.1.2.5)',
      seesRequest: inPaths((path) => ({ ...path, valid: { ...path.valid, to: path.valid.to - 1 } })),
    },
    {
      description:
        'takes requests of version 2 that are encrypted to one of the keys that were published for tests; what it cannot open, it denies by CSR-FORM',
      grounds: 'read',
      why: 'what is encrypted to keys that all know is not encrypted',
      unasked: ['CSR-NOT-VERSION-2'],
      reading: { version2: true },
    },
    { description: 'takes challenges of any length', grounds: 'read', seesRequest: shortened },
    {
      description: 'asks of the keys to be certified only that they are COSE_Keys',
      grounds: 'run',
      unasked: ['CSR-KEYS-KIND'],
      seesRequest: anyKeys,
    },
    {
      description: 'lets types of a TEE go with markers of an RKP VM that do not reach the leaf',
      grounds: 'run',
      why: "the HAL keeps these types for chains without a marker; this is upstream's omission",
      unasked: ['CSR-TYPE-MARKERS'],
    },
    {
      description: 'lets the version of the system be empty',
      grounds: 'run',
      why: 'later editions do not',
      seesRequest: anySystem,
    },
    { description: 'lets an RKP VM say any number of `fused`', grounds: 'read', seesRequest: anyFused },
  ],
};
