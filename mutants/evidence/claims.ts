/** Faults in what certificates claim: modes, measurements, and how they are read. */
import type { DescriptorClaims, Field, PayloadClaims } from '../../spec/evidence/facts.ts';
import type { EvidenceFault } from './fault.ts';
import { inPayloads } from './sees.ts';

const normal: Field<number> = { kind: 'given', value: 1 };
const isMode = (mode: Field<number>, ...values: readonly number[]): boolean =>
  mode.kind === 'given' && values.includes(mode.value);

const isUnread = ({ configDescriptor }: PayloadClaims): boolean =>
  configDescriptor.kind === 'given' && (configDescriptor.value.fault !== undefined || !configDescriptor.value.isMap);

const readWell = (descriptor: DescriptorClaims): DescriptorClaims => ({
  ...descriptor,
  fault: undefined,
  isMap: true,
  hasOnlyIntegerKeys: true,
  securityVersion: { kind: 'given', value: '0' },
});

/** What a parser starts from before it has read anything, and leaves behind when it fails. */
const byDefault = (before: PayloadClaims | undefined): PayloadClaims | undefined =>
  before && {
    ...before,
    issuer: before.subject,
    subject: { kind: 'given', value: 'default' },
    subjectKey: { kind: 'absent' },
  };

const modes: readonly EvidenceFault[] = [
  {
    id: 'modes-not-judged',
    title: 'modes are parsed and not judged',
    loses: 'a stage in debug mode is trusted',
    clauses: ['CHAIN-MODE-NORMAL'],
    known: 'AOSP hwtrust before 710a919',
    story:
      'A stage that ran in debug mode could be made to load and to measure anything; its certificate says so, and nobody acts on it. The check was switched on and off several times before it stayed, in August 2024.',
    unasked: ['CHAIN-MODE-NORMAL'],
  },
  {
    id: 'mode-of-the-leaf-alone',
    title: 'only the last mode is judged',
    loses: 'a debuggable kernel vouches for its own payload',
    clauses: ['CHAIN-MODE-NORMAL'],
    story:
      'The payload’s own certificate is in normal mode. The kernel below it was debuggable, and wrote that certificate: a debugger in the kernel decides what the payload’s mode is.',
    sees: inPayloads((payload, at, { entries }) => (at < entries.length - 1 ? { ...payload, mode: normal } : payload)),
  },
  {
    id: 'all-but-debug-is-normal',
    title: 'every mode but debug is taken for normal',
    loses: 'a stage in recovery is trusted',
    clauses: ['CHAIN-MODE-NORMAL'],
    known: 'pvmfw, dice/chain.rs',
    story:
      'Recovery, “not configured” and modes that nobody has defined pass, for the question was whether the mode is debug and not whether it is normal. A device in recovery is open to whoever holds it.',
    sees: inPayloads((payload) => (isMode(payload.mode, 0, 3) ? { ...payload, mode: normal } : payload)),
  },
  {
    id: 'no-mode-is-a-good-mode',
    title: 'a mode that is missing is taken for a good one',
    loses: 'a stage that hides its mode is trusted',
    clauses: ['CHAIN-MODE-GIVEN'],
    known: 'pvmfw, dice/chain.rs',
    story:
      'A reader that looks for debug mode finds none where there is no mode at all. Leaving a claim out is easier than forging one.',
    unasked: ['CHAIN-MODE-GIVEN'],
  },
];

const measurements: readonly EvidenceFault[] = [
  {
    id: 'configuration-hash-unchecked',
    title: 'the configuration hash is not computed again',
    loses: 'a stage shows the configuration of another',
    clauses: ['CHAIN-CONFIG-HASH'],
    known: 'hwtrust before Android 16; pvmfw and the RKP VM still',
    story:
      'The secrets of a stage depend on the hash, and a reader looks at the descriptor beside it. If the two need not agree, a stage shows the security version of a release that it is not.',
    unasked: ['CHAIN-CONFIG-HASH'],
  },
  {
    id: 'unreadable-descriptor-excused',
    title: 'a descriptor that cannot be read counts as one that was never there',
    loses: 'a stage hides its configuration by spoiling it',
    clauses: [
      'CBOR-WELL-FORMED',
      'CHAIN-DESCRIPTOR-MAP',
      'CHAIN-CONFIG-HASH',
      'CBOR-WHOLE',
      'CBOR-KEYS-ONCE',
      'CBOR-PLAIN',
    ],
    known: 'AOSP hwtrust, AndroidOrIgnored, for the first certificate; the RKP VM for all',
    story:
      'What cannot be parsed is passed over, and with it the hash, the security version and the markers. A stage that spoils its own descriptor has none of these to be judged by.',
    sees: inPayloads((payload) =>
      isUnread(payload) && payload.configDescriptor.kind === 'given'
        ? {
            ...payload,
            configHashMatches: true,
            configDescriptor: { kind: 'given', value: readWell(payload.configDescriptor.value) },
          }
        : payload,
    ),
  },
  {
    id: 'unknown-claims-passed-over',
    title: 'claims that are unknown are passed over',
    loses: 'a claim that nobody understands is accepted',
    clauses: ['CHAIN-CLAIMS-KNOWN'],
    known: 'pvmfw, the RKP VM and dice_policy',
    story:
      'One verifier refuses what it does not know and another reads on. A certificate with a claim from the future, such as “valid until”, is denied here and believed there.',
    unasked: ['CHAIN-CLAIMS-KNOWN'],
  },
  {
    id: 'unknown-profile-is-the-newest',
    title: 'a profile that is unknown is judged as the newest one',
    loses: 'a chain is judged by rules that do not exist',
    clauses: ['CHAIN-PROFILE-KNOWN'],
    story:
      'A chain names the rules by which it wants to be judged. Rules that do not exist yet cannot be kept, and what a later release means by a claim is anybody’s guess.',
    unasked: ['CHAIN-PROFILE-KNOWN'],
  },
  {
    id: 'any-profile-taken',
    title: 'a profile that the verifier does not take is judged all the same',
    loses: 'a chain chooses laxer rules for itself',
    clauses: ['CHAIN-PROFILE-RANGE'],
    known: 'Open DICE, docs/android.md: never checked along a chain',
    story:
      'Older profiles are laxer: no hash of the configuration, no security version. Newer ones have claims that an older verifier does not know. A chain that may name any of them chooses the rules by which it is judged.',
    unasked: ['CHAIN-PROFILE-RANGE'],
  },
  {
    id: 'failure-leaves-defaults',
    title: 'a certificate that cannot be parsed is taken for the one before it',
    loses: 'a certificate of noise passes for the one before it',
    clauses: [
      'CBOR-WELL-FORMED',
      'CHAIN-CLAIMS-MAP',
      'CBOR-WHOLE',
      'CBOR-PLAIN',
      'CBOR-DEFINITE',
      'CBOR-KEYS-ONCE',
      'CBOR-SHORTEST',
      'CBOR-TEXT',
      'CBOR-BOUNDED',
    ],
    known: 'a-sit-plus/warden-supreme#124',
    story:
      'The error is logged, and what is returned is what the parser began with: good values. A last certificate of noise, signed by whoever wants to hide what it should have said, is believed.',
    unasked: ['CHAIN-SUBJECT-KEY'],
    sees: inPayloads((payload, at, { entries }) =>
      payload.fault !== undefined || !payload.isMap ? (byDefault(entries[at - 1]?.payload) ?? payload) : payload,
    ),
  },
];

const encodings: readonly EvidenceFault[] = [
  {
    id: 'first-value-counts',
    title: 'of a key that stands twice the first value counts',
    loses: 'a mode that is stated twice counts as its first value',
    clauses: ['CBOR-KEYS-ONCE'],
    known: 'pvmfw and dice_policy',
    story:
      'Of the two modes in a certificate this reader takes the first, and the next reader the last. A stage in debug mode shows to each what it wants to see.',
    reading: { repeatedKeys: 'first' },
  },
  {
    id: 'last-value-counts',
    title: 'of a key that stands twice the last value counts',
    loses: 'a mode that is stated twice counts as its last value',
    clauses: ['CBOR-KEYS-ONCE'],
    known: 'cbor-x and most libraries for JavaScript',
    story:
      'The library fills a map and says nothing when a key comes again. The mode is debug, and after it normal: with the last value the stage was never debuggable.',
    reading: { repeatedKeys: 'last' },
  },
  {
    id: 'long-numbers-taken',
    title: 'numbers may take more bytes than they need',
    loses: 'a label in its long form is read by one and missed by another',
    clauses: ['CBOR-SHORTEST'],
    known: 'ciborium, and so hwtrust',
    story:
      'A label in its long form is the same number for one reader, and for another, which compares as it decodes, a key that it has never seen. The mode is there for the first and missing for the second.',
    reading: { longNumbers: true },
  },
  {
    id: 'request-goes-on',
    title: 'bytes after a request are passed over',
    loses: 'bytes behind a request pass under its name',
    clauses: ['CBOR-WHOLE'],
    known: 'AOSP hwtrust, Csr::from_cbor',
    story:
      'The parser stops where the array ends. What follows is carried along under the good name of the request, for the next reader to find.',
    reading: { trailing: ['request'] },
  },
  {
    id: 'handover-goes-on',
    title: 'bytes after a handover are passed over',
    loses: 'bytes behind a handover pass under its name',
    clauses: ['CBOR-WHOLE'],
    known: 'Open DICE, src/android.c',
    story:
      'The parser in the firmware reads three entries and looks no further. It trusts its loader; whoever copies that parser for another use trusts everybody.',
    reading: { trailing: ['handover'] },
  },
];

export const claims: readonly EvidenceFault[] = [...modes, ...measurements, ...encodings];
