/** When a request for certificates is believed, and when a handover is. */
import { appraiseChain, denied } from './chain.ts';
import type { Verdict } from './chain.ts';
import type { Check, Unasked } from './check.ts';
import { firstBroken, must, of } from './check.ts';
import { encodingChecks, signedChecks } from './encoding.ts';
import type { DeviceInfoClaims, DeviceText, Field, HandoverFacts, RequestFacts, UdsPathFacts } from './facts.ts';
import { deviceTexts } from './facts.ts';
import type { Options } from './options.ts';

type RequestCheck<F> = Check<F, Options>;

const isGiven = (field: Field<unknown>): boolean => field.kind === 'given';
const valueOf = <T>(field: Field<T>): T | undefined => (field.kind === 'given' ? field.value : undefined);

const formChecks: readonly RequestCheck<RequestFacts>[] = [
  ...encodingChecks,
  must('CSR-NOT-VERSION-2', 'it is a request of version 2, which is not taken', (request) => !request.isVersion2),
  must('CSR-VERSION', 'it is no request of version 1 of its outer form', ({ version }) => valueOf(version) === '1'),
  must(
    'CSR-FORM',
    'it has not the four parts of a request, and perhaps a fifth that nobody vouches for',
    ({ length }) => length === 4 || length === 5,
  ),
];

const pathChecks: readonly RequestCheck<UdsPathFacts>[] = [
  must('UDS-SIGNER-NAMED', 'a signer of certificates for the root key has no name', ({ signer }) => isGiven(signer)),
  must(
    'UDS-CERTIFICATES',
    'what vouches for the root key is no list of X.509 certificates in DER',
    (path) => path.isArray && path.areCertificates,
  ),
  must('UDS-TWO-CERTIFICATES', 'fewer than two certificates vouch for the root key', ({ length }) => length >= 2),
  must(
    'UDS-KEY-KINDS',
    'a certificate for the root key has a key that is none of RSA, P-256, P-384 and Ed25519',
    ({ keysSupported }) => keysSupported,
  ),
  must(
    'UDS-PATH-EXACT',
    'the path from the leaf to the root is not exactly the certificates that were sent',
    ({ isPath }) => isPath,
  ),
  must(
    'UDS-ISSUERS',
    'a certificate for the root key is issued by one that may not issue it',
    ({ mayIssue }) => mayIssue,
  ),
  must(
    'UDS-SIGNATURES',
    'a certificate for the root key is not signed by the one before it',
    ({ verifies }) => verifies,
  ),
  must(
    'UDS-VALID',
    'a certificate for the root key is not valid at that time',
    ({ valid }, { at }) => at === undefined || (valid.from <= at && at <= valid.to),
  ),
  must('UDS-ROOT-KEY', 'the last certificate is not for the root key of the chain', (path) => path.isForRootKey),
];

const udsChecks: readonly RequestCheck<RequestFacts>[] = [
  must('UDS-MAP', 'the certificates for the root key are no map of signers', ({ udsCertsIsMap }) => udsCertsIsMap),
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
  must('CSR-KEYS', 'the keys to be certified are no array', ({ keysToSign }) => keysToSign),
];

const optionalTexts: readonly DeviceText[] = ['os_version', 'security_level'];

const oneOf =
  (text: DeviceText, ...allowed: readonly string[]) =>
  ({ texts }: DeviceInfoClaims): boolean => {
    const value = valueOf(texts[text]);
    return value === undefined || allowed.includes(value.toLowerCase());
  };

/** What every part of a device's description says if the device is an RKP VM, and none says otherwise. */
const avfTexts: Readonly<Partial<Record<DeviceText, string>>> = {
  bootloader_state: 'avf',
  vb_state: 'avf',
  brand: 'aosp-avf',
  manufacturer: 'aosp-avf',
  product: 'avf',
  model: 'avf',
  device: 'avf',
};

function isAvfThroughout({ texts }: DeviceInfoClaims): boolean {
  const isAvf = valueOf(texts.security_level)?.toLowerCase() === 'avf';
  return Object.entries(avfTexts).every(([text, avf]) => {
    const value = valueOf(texts[text as DeviceText]);
    const isState = text.endsWith('_state');
    return ((isState ? value?.toLowerCase() : value) === avf) === isAvf;
  });
}

const deviceInfoChecks: readonly RequestCheck<DeviceInfoClaims>[] = [
  must('DEVICE-INFO-MAP', 'the device info is no map', ({ isMap }) => isMap),
  must('DEVICE-INFO-FIELDS', 'the device info has a field that is unknown', (info) => info.unknownFields.length === 0),
  must(
    'DEVICE-INFO-VERSION',
    'the device info names another version than 3',
    ({ version }) => version.kind === 'absent' || valueOf(version) === '3',
  ),
  must('DEVICE-INFO-TEXTS', 'a text of the device info is missing or no text', ({ texts }) =>
    deviceTexts.every(
      (text) => isGiven(texts[text]) || (texts[text].kind === 'absent' && optionalTexts.includes(text)),
    ),
  ),
  must(
    'DEVICE-INFO-LEVEL',
    'the security level is none of tee, strongbox and avf',
    oneOf('security_level', 'tee', 'strongbox', 'avf'),
  ),
  must(
    'DEVICE-INFO-STATES',
    'the state of verified boot or of the bootloader is none that there is',
    (info) =>
      oneOf('vb_state', 'green', 'yellow', 'orange', 'avf')(info) &&
      oneOf('bootloader_state', 'locked', 'unlocked', 'avf')(info),
  ),
  must('DEVICE-INFO-PATCHES', 'a patch level is missing or no number of 32 bits', (info) =>
    info.patchLevels.every(isGiven),
  ),
  must('DEVICE-INFO-FUSED', 'whether the device is fused is not said', ({ fused }) => isGiven(fused)),
  must('DEVICE-INFO-VBMETA', 'the vbmeta digest is missing, empty or all zeros', ({ vbmetaDigest }) =>
    /[1-9a-f]/.test(valueOf(vbmetaDigest) ?? ''),
  ),
  must('DEVICE-INFO-AVF', 'some of the device info is that of an RKP VM, and some is not', isAvfThroughout),
];

/** Everything about a request besides its chain; the chain is judged after its form and before what its leaf signed. */
const afterChain: readonly RequestCheck<RequestFacts>[] = [
  ...signedDataChecks,
  ...of<RequestFacts, Options, RequestFacts['payload']>(({ payload }) => payload, payloadChecks),
  ...of<RequestFacts, Options, DeviceInfoClaims>(({ payload }) => payload.deviceInfo, deviceInfoChecks),
];

export const requestChecks = [...formChecks, ...udsChecks, ...pathChecks, ...afterChain];

export function appraiseRequest(request: RequestFacts, options: Options, unasked?: Unasked): Verdict {
  const form = firstBroken(formChecks, request, options, unasked);
  if (form) return denied(form);
  const chain = appraiseChain(request.chain, options, unasked);
  if (chain.kind === 'denied') return chain;
  const broken =
    firstBroken(udsChecks, request, options, unasked) ??
    request.udsPaths
      .map((path) => firstBroken(pathChecks, path, options, unasked))
      .find((found) => found !== undefined) ??
    firstBroken(afterChain, request, options, unasked);
  return broken ? denied(broken) : chain;
}

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

export function appraiseHandover(handover: HandoverFacts, options: Options, unasked?: Unasked): Verdict {
  const form = firstBroken(handoverFormChecks, handover, options, unasked);
  if (form) return denied(form);
  const chain: Verdict = handover.chain ? appraiseChain(handover.chain, options, unasked) : { kind: 'proper' };
  if (chain.kind === 'denied') return chain;
  const broken = firstBroken([leafKeyCheck], handover, options, unasked);
  return broken ? denied(broken) : chain;
}
