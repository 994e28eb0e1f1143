/** What a certificate of a DICE chain must be on its own. */
import type { Check } from './check.ts';
import { firstBroken, must, of } from './check.ts';
import { encodingChecks, keyChecks, signedChecks } from './encoding.ts';
import type { DescriptorClaims, EntryFacts, Field, PayloadClaims } from './facts.ts';
import type { Leniency, Options, ProfileVersion } from './options.ts';
import { inRange, leniencies, newestProfile, profileNames } from './options.ts';

/** What the checks of one entry may look at besides the entry. */
interface Place {
  readonly options: Options;
  readonly index: number;
  /** A chain of one entry that certifies its own key claims less, and is not trusted for more. */
  readonly selfSigned: boolean;
}

type EntryCheck<F> = Check<F, Place>;

const isTyped = (field: Field<unknown>): boolean => field.kind !== 'mistyped';
const isGiven = (field: Field<unknown>): boolean => field.kind === 'given';
export const valueOf = <T>(field: Field<T>): T | undefined => (field.kind === 'given' ? field.value : undefined);

/** The number of bytes that hexadecimal digits stand for. */
const sizeOf = (digits: string): number => digits.length / 2;

function profileOf({ profileName }: PayloadClaims, { options }: Place): ProfileVersion | undefined {
  if (profileName.kind === 'given') return profileNames.get(profileName.value);
  const [first] = options.profiles;
  return first === 'android.13' || first === 'android.14' ? first : undefined;
}

/** What the profile of an entry lets pass; only asked once the profile is known. */
const leniencyOf = (payload: PayloadClaims, place: Place): Leniency =>
  leniencies[profileOf(payload, place) ?? 'android.16'];

/** Of an RKP VM's chain, the stages behind the vendor's are as new as the system. */
const rangeOf = ({ instance, profiles: [first, last] }: Options): Options['profiles'] => [
  first,
  instance === 'avf' ? newestProfile : last,
];

const isRoot = ({ index }: Place): boolean => index === 0;

const descriptorChecks: readonly Check<DescriptorClaims, Leniency>[] = [
  ...encodingChecks,
  must('CHAIN-DESCRIPTOR-MAP', 'the configuration descriptor is no map', (one) => one.isMap),
  must(
    'CHAIN-DESCRIPTOR-KEYS',
    'a key of the configuration descriptor is no integer of 64 bits',
    (one) => one.hasOnlyIntegerKeys,
  ),
  must(
    'CHAIN-DESCRIPTOR-RESERVED',
    'the configuration descriptor has a reserved key that means nothing',
    (one) => one.reservedKeys.length === 0,
  ),
  must(
    'CHAIN-SECURITY-VERSION',
    'the security version is missing or no unsigned integer',
    (one, { noSecurityVersion }) =>
      isGiven(one.securityVersion) || (one.securityVersion.kind === 'absent' && noSecurityVersion),
  ),
  must(
    'CHAIN-COMPONENT-VERSION',
    'the component version has the wrong type',
    (one, { textVersion }) => isTyped(one.componentVersion) && (textVersion || !one.componentVersionIsText),
  ),
  must('CHAIN-DESCRIPTOR-TYPES', 'a field of the configuration descriptor has the wrong type', (one) =>
    [one.componentName, one.instanceName, one.resettable, one.rkpVmMarker].every(isTyped),
  ),
];

/** The first entry may come from a ROM that knew another format; its descriptor is then passed over. */
function ignoresDescriptor(payload: PayloadClaims, place: Place): boolean {
  const mayIgnore = place.selfSigned || (isRoot(place) && inRange('android.14', place.options.profiles));
  const descriptor = valueOf(payload.configDescriptor);
  return mayIgnore && descriptor !== undefined && !isUnderstood(descriptor, leniencyOf(payload, place));
}

const isUnderstood = (descriptor: DescriptorClaims, leniency: Leniency): boolean =>
  firstBroken(descriptorChecks, descriptor, leniency) === undefined;

/** The descriptor of an entry, unless there is none or it is passed over. */
export const descriptorOf = (payload: PayloadClaims, place: Place): DescriptorClaims | undefined =>
  ignoresDescriptor(payload, place) ? undefined : valueOf(payload.configDescriptor);

const profileChecks: readonly EntryCheck<PayloadClaims>[] = [
  must(
    'CHAIN-PROFILE-KNOWN',
    'the profile is unknown, or missing where one must be named',
    (payload, place) => isTyped(payload.profileName) && profileOf(payload, place) !== undefined,
  ),
  must('CHAIN-PROFILE-RANGE', 'the profile is none of those that are taken', (payload, place) => {
    const profile = profileOf(payload, place);
    return profile === undefined || inRange(profile, rangeOf(place.options));
  }),
];

const usageIsCertSign = (digits: string): boolean => /^20(?:00)*$/.test(digits);
const usageIsCertSignReversed = (digits: string): boolean => /^(?:00)+20$/.test(digits);

const claimChecks: readonly EntryCheck<PayloadClaims>[] = [
  must(
    'CHAIN-CLAIMS-KNOWN',
    'the certificate has a claim that is unknown',
    (payload) => payload.unknownClaims.length === 0,
  ),
  must('CHAIN-KEY-USAGE', 'the key usage is not exactly keyCertSign', (payload, place) => {
    const usage = valueOf(payload.keyUsage);
    if (usage === undefined) return false;
    return usageIsCertSign(usage) || (leniencyOf(payload, place).bigEndianKeyUsage && usageIsCertSignReversed(usage));
  }),
  must('CHAIN-CONFIG-TYPES', 'configuration hash and descriptor are not byte strings', (payload) =>
    [payload.configHash, payload.configDescriptor].every(isTyped),
  ),
  must(
    'CHAIN-CONFIG-HASH',
    'the configuration hash is missing or not the hash of the descriptor',
    (payload, place) =>
      descriptorOf(payload, place) === undefined ||
      leniencyOf(payload, place).configHashUnchecked ||
      payload.configHashMatches,
  ),
  ...descriptorChecks.map(({ clause, reason, holds }): EntryCheck<PayloadClaims> =>
    must(clause, reason, (payload, place) => {
      const descriptor = descriptorOf(payload, place);
      return descriptor === undefined || holds(descriptor, leniencyOf(payload, place));
    }),
  ),
  must('CHAIN-HASH-TYPES', 'code hash and authority hash are not byte strings', (payload) =>
    [payload.codeHash, payload.authorityHash].every(isTyped),
  ),
  must('CHAIN-CODE-HASH-SIZE', 'the code hash has not 32, 48 or 64 bytes', (payload) => {
    const hash = valueOf(payload.codeHash);
    return hash === undefined || [32, 48, 64].includes(sizeOf(hash));
  }),
  must('CHAIN-CONFIG-HASH-SIZE', 'the configuration hash is not of the size of the code hash', (payload) =>
    sameSize(payload.codeHash, payload.configHash),
  ),
  must(
    'CHAIN-AUTHORITY-HASH-SIZE',
    'the authority hash is not of the size of the code hash',
    (payload, place) =>
      sameSize(payload.codeHash, payload.authorityHash) ||
      (isRoot(place) && leniencyOf(payload, place).rootAuthorityHashOfAnySize),
  ),
  must('CHAIN-NAMES-GIVEN', 'issuer or subject is missing or no text', (payload) =>
    [payload.issuer, payload.subject].every(isGiven),
  ),
  must('CHAIN-SUBJECT-KEY', 'the certificate has no key', (payload) => isGiven(payload.subjectKey)),
  ...keyChecks.map(({ clause, reason, holds }): EntryCheck<PayloadClaims> =>
    must(clause, reason, (payload, place) => {
      const key = valueOf(payload.subjectKey);
      return key === undefined || holds(key, leniencyOf(payload, place));
    }),
  ),
  must(
    'CHAIN-MODE-FORM',
    'the mode is not a byte string of one byte',
    (payload, place) => isTyped(payload.mode) && (!payload.modeIsInteger || leniencyOf(payload, place).integerMode),
  ),
  must('CHAIN-MODE-NORMAL', 'the mode is not normal', modeIsTaken),
  must('CHAIN-DESCRIPTION-TYPES', 'code or authority descriptor is no byte string', (payload) =>
    [payload.codeDescriptor, payload.authorityDescriptor].every(isTyped),
  ),
];

const normalMode = 1;
const debugMode = 2;

function modeIsTaken(payload: PayloadClaims, place: Place): boolean {
  const mode = valueOf(payload.mode);
  if (mode === undefined || place.options.allowAnyMode || place.selfSigned) return true;
  const mayDebug = isRoot(place) && leniencyOf(payload, place).rootInDebugMode;
  return mode === normalMode || (mayDebug && mode === debugMode);
}

function sameSize(one: Field<string>, other: Field<string>): boolean {
  const [first, second] = [valueOf(one), valueOf(other)];
  return first === undefined || second === undefined || sizeOf(first) === sizeOf(second);
}

const namesAreFilled = must<PayloadClaims, Place>(
  'CHAIN-NAMES-FILLED',
  'issuer or subject is empty',
  ({ issuer, subject }) => valueOf(issuer) !== '' && valueOf(subject) !== '',
);

/** What a proper chain claims in every entry, and a self-signed one need not. */
const isClaimed =
  (claim: 'mode' | 'codeHash' | 'configDescriptor' | 'authorityHash') =>
  (payload: PayloadClaims, { selfSigned }: Place): boolean =>
    selfSigned || isGiven(payload[claim]);

const properChecks: readonly EntryCheck<PayloadClaims>[] = [
  must('CHAIN-MODE-GIVEN', 'the mode is missing', isClaimed('mode')),
  must('CHAIN-CODE-HASH-GIVEN', 'the code hash is missing', isClaimed('codeHash')),
  must('CHAIN-DESCRIPTOR-GIVEN', 'the configuration descriptor is missing', isClaimed('configDescriptor')),
  must('CHAIN-AUTHORITY-GIVEN', 'the authority hash is missing', isClaimed('authorityHash')),
];

const payloadChecks: readonly EntryCheck<PayloadClaims>[] = [
  ...encodingChecks,
  must('CHAIN-CLAIMS-MAP', 'the certificate is no map of claims', (payload) => payload.isMap),
  ...profileChecks,
  ...claimChecks,
  ...properChecks,
  namesAreFilled,
];

export const entryChecks: readonly EntryCheck<EntryFacts>[] = [
  ...of<EntryFacts, Place, EntryFacts['signed']>(({ signed }) => signed, signedChecks),
  ...of<EntryFacts, Place, PayloadClaims>(({ payload }) => payload, payloadChecks),
];
