/** When a request for certificates is believed, and when a handover is. */
import { inquireChain, markersOf } from './chain.ts';
import type { Check, Unasked } from './check.ts';
import { must, of } from './check.ts';
import { deviceInfoChecks, version2DeviceChecks } from './device.ts';
import { encodingChecks, signedChecks } from './encoding.ts';
import type { DeviceInfoClaims, Field, HandoverFacts, KeyFacts, RequestFacts } from './facts.ts';
import type { Options } from './options.ts';
import { inquirePaths, pathChecks, udsChecks } from './uds.ts';
import { ask, decide } from './verdict.ts';
import type { Inquiry, Verdict } from './verdict.ts';

type RequestCheck<F> = Check<F, Options>;

const valueOf = <T>(field: Field<T>): T | undefined => (field.kind === 'given' ? field.value : undefined);

const notVersion2 = must<RequestFacts, Options>(
  'CSR-NOT-VERSION-2',
  'it is a request of version 2, which is not taken',
  (request) => !request.isVersion2,
);

const formChecks: readonly RequestCheck<RequestFacts>[] = [
  ...encodingChecks,
  notVersion2,
  must('CSR-VERSION', 'it is no request of version 1 of its outer form', ({ version }) => valueOf(version) === '1'),
  must(
    'CSR-FORM',
    'it has not the four parts of a request, and perhaps a fifth that nobody vouches for',
    ({ length }) => length === 4 || length === 5,
  ),
];

const longestChallenge = 64;

const signedDataChecks: readonly RequestCheck<RequestFacts>[] = [
  ...of<RequestFacts, Options, RequestFacts['signed']>(({ signed }) => signed, signedChecks),
  ...of<RequestFacts, Options, RequestFacts['signedData']>(
    ({ signedData }) => signedData,
    [
      ...encodingChecks,
      must('CSR-SIGNED-PAIR', 'what is signed is no pair of challenge and request', ({ isPair }) => isPair),
      must('CSR-CHALLENGE', 'the challenge is no byte string of at most 64 bytes', ({ challenge }) => {
        const digits = valueOf(challenge);
        return digits !== undefined && digits.length / 2 <= longestChallenge;
      }),
    ],
  ),
];

/** Requests of an RKP VM, and only they, say so. */
const rkpVmType = 'rkp-vm';

const payloadChecks: readonly RequestCheck<RequestFacts['payload']>[] = [
  ...encodingChecks,
  must('CSR-PAYLOAD-FORM', 'the request that is signed has not four parts', ({ isArray }) => isArray),
  must('CSR-PAYLOAD-VERSION', 'the request that is signed is not of version 3', (one) => valueOf(one.version) === '3'),
  must('CSR-TYPE', 'the certificate type does not go with the instance', ({ certificateType }, { instance }) => {
    const type = valueOf(certificateType);
    return type !== undefined && (type === rkpVmType) === (instance === 'avf');
  }),
  must('CSR-KEYS', 'the keys to be certified are no array', ({ keysToSign }) => keysToSign !== undefined),
  must('CSR-KEYS-KIND', 'a key to be certified is no COSE_Key on P-256', ({ keysToSign = [] }) =>
    keysToSign.every(isCertifiable),
  ),
];

const isCertifiable = ({ isKey, operations, keyKind, onCurve }: KeyFacts): boolean =>
  isKey && ['absent', 'array'].includes(operations) && keyKind === 'P-256' && onCurve;

/** Types of components that run beside Android and not in a VM. */
const secureTypes: readonly string[] = ['keymint', 'widevine'];

const typeCheck = must<RequestFacts, Options>(
  'CSR-TYPE-MARKERS',
  'the certificate type is that of a TEE, and the chain has the marker of an RKP VM',
  ({ chain, payload }, options) =>
    !secureTypes.includes(valueOf(payload.certificateType) ?? '') || !markersOf(chain, options).includes(true),
);

/** Everything about a request besides its chain; the chain is judged after its form and before what its leaf signed. */
const afterChain: readonly RequestCheck<RequestFacts>[] = [
  ...signedDataChecks,
  ...of<RequestFacts, Options, RequestFacts['payload']>(({ payload }) => payload, payloadChecks),
  typeCheck,
  ...of<RequestFacts, Options, DeviceInfoClaims>(({ payload }) => payload.deviceInfo, deviceInfoChecks),
];

export const requestChecks = [...formChecks, ...udsChecks, ...pathChecks, ...afterChain];

/** What is asked of a request of version 2 by a verifier that takes it. */
const version2Form = must<RequestFacts, Options>(
  'CSR-FORM',
  'it cannot be opened, or has not the parts of a request of version 2',
  ({ version2 }) => version2?.isOpen === true,
);
const afterVersion2Chain: readonly RequestCheck<RequestFacts>[] = [
  ...of<RequestFacts, Options, RequestFacts['signed']>(({ signed }) => signed, signedChecks),
  ...of<RequestFacts, Options, DeviceInfoClaims>(({ payload }) => payload.deviceInfo, version2DeviceChecks),
];

function inquireVersion2(request: RequestFacts, options: Options): Inquiry {
  const chain = inquireChain(request.chain, options);
  const form = ask('the form of the request', [...encodingChecks, version2Form], request, options);
  const rest = ask('what the leaf key has signed', afterVersion2Chain, request, options);
  return { questions: [form, ...chain.questions, rest], sound: chain.sound };
}

/** What is asked of a request; of one of version 2 only by a verifier that takes it. */
export function inquireRequest(request: RequestFacts, options: Options, unasked?: Unasked): Inquiry {
  if (request.isVersion2 && unasked?.has('CSR-NOT-VERSION-2')) return inquireVersion2(request, options);
  const chain = inquireChain(request.chain, options);
  const questions = [
    ask('the form of the request', formChecks, request, options),
    ...chain.questions,
    ask('what vouches for the root key', udsChecks, request, options),
    ...inquirePaths(request.udsPaths, options).questions,
    ask('what the leaf key has signed', afterChain, request, options),
  ];
  return { questions, sound: chain.sound };
}

export const appraiseRequest = (request: RequestFacts, options: Options, unasked?: Unasked): Verdict =>
  decide(inquireRequest(request, options, unasked), unasked);

const handoverFormChecks: readonly RequestCheck<HandoverFacts>[] = [
  ...encodingChecks,
  must('HANDOVER-FORM', 'it is no map of two secrets and perhaps a chain', ({ isHandover }) => isHandover),
  must('HANDOVER-SECRETS', 'a secret has not 32 bytes', ({ hasSecrets }) => hasSecrets),
  must('HANDOVER-CHAIN', 'it has no chain', ({ chain }) => chain !== undefined),
];

const leafKeyCheck = must<HandoverFacts, Options>(
  'HANDOVER-LEAF-KEY',
  'the leaf key of the chain is not the one that the attestation secret gives',
  ({ leafKeyIsDerived }) => leafKeyIsDerived,
);

export const handoverChecks = [...handoverFormChecks, leafKeyCheck];

export function inquireHandover(handover: HandoverFacts, options: Options): Inquiry {
  const chain = handover.chain && inquireChain(handover.chain, options);
  const questions = [
    ask('the form of the handover', handoverFormChecks, handover, options),
    ...(chain?.questions ?? []),
    ask('that chain and secrets belong together', [leafKeyCheck], handover, options),
  ];
  return { questions, sound: chain?.sound ?? 'proper' };
}
