/** Android's own verifier of chains and requests, held against this specification by running it. */
import type { Appraiser } from '../appraiser.ts';
import type { DeviceInfoClaims, KeyFacts, RequestFacts, UdsPathFacts } from '../facts.ts';
import { eachPayload, given } from './seeing.ts';

/** Extensions on which its library acts, or of which it thinks so, beyond those that count here. */
const knownToItsLibrary: readonly string[] = [
  ...['2.5.29.17', '2.5.29.30', '2.5.29.31', '2.5.29.32', '2.5.29.33', '2.5.29.36', '2.5.29.37', '2.5.29.54'],
  ...['2.16.840.1.113730.1.1', '1.3.6.1.5.5.7.1.7', '1.3.6.1.5.5.7.1.8', '1.3.6.1.5.5.7.1.14'],
];

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
  const areKeys = keysToSign?.every((key: KeyFacts) => key.isKey && key.operations !== 'unknown') === true;
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
      description: 'takes no chain whose root key is in a byte string',
      grounds: 'run',
      why: 'the two forms say the same, and Secretkeeper is handed the other one',
      reading: { bareRootKey: true },
    },
    {
      description: 'takes points of small order for keys',
      grounds: 'run',
      why: 'nobody needs a secret to sign under such a key',
      unasked: ['COSE-KEY-ORDER'],
      reading: { smallOrderKeys: true },
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
      description: 'reads a path of certificates to its end, whatever its length',
      grounds: 'read',
      unasked: ['UDS-PATH-LENGTH'],
      reading: { longPaths: true },
    },
    {
      description: 'lets RSA and ECDSA have any parameters, if they are the same in both places',
      grounds: 'run',
      why: 'RFC 4055 has NULL for them, and nothing depends on what else is there',
      unasked: ['UDS-ALGORITHMS'],
    },
    {
      description: 'leaves critical extensions to its library, which knows more of them',
      grounds: 'run',
      why: 'what is critical has to be acted upon, and nothing here does (R-UDS-PATHS)',
      seesRequest: inPaths((path) => ({
        ...path,
        otherCritical: path.otherCritical.filter((id) => !knownToItsLibrary.includes(id)),
      })),
    },
    {
      description:
        'evaluates name constraints; a path that keeps to them is proper there, and denied here by UDS-NAME-CONSTRAINTS',
      grounds: 'run',
    },
    { description: 'takes keys on other curves in X.509 certificates; not followed here', grounds: 'read' },
    {
      description: 'takes requests of version 2, which it can decrypt with test keys; not followed here',
      grounds: 'read',
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
