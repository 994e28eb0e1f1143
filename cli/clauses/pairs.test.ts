import { expect, test } from 'vitest';
import { clauses } from '../../spec/clauses.generated.ts';
import type { Clause, ClauseId } from '../../spec/clauses.generated.ts';
import { readLibrary } from './library.ts';
import { pairsAmong } from './pairs.ts';
import { explanationsOf } from '../generate/clauses.ts';

/**
 * Each clause that says MAY: the clauses that say MUST of the same subject and were read beside it, and what keeps them
 * apart. A pair that is missing here has not been read: read both sentences as a lawyer would, mend them if they
 * overlap, then add it.
 */
const read: Readonly<Partial<Record<ClauseId, readonly [apart: string, ...musts: ClauseId[]]>>> = {
  'CID-WRAP': [
    'it begins where CID-NO-REUSE ends, and is about VMs that have ended',
    'CID-LIVE-UNIQUE',
    'CID-NO-REUSE',
    'CID-CYCLE',
    'CID-RANGE',
    'CID-RESTART',
    'CID-REPLACE',
    'CID-REGISTER-GRANTED',
  ],
  'CID-EARLY': [
    'its CIDs are outside the range, of which the others speak; the starts of one VM do not overlap',
    'CID-LIVE-UNIQUE',
    'CID-NO-REUSE',
    'CID-CYCLE',
    'CID-RANGE',
    'CID-RESTART',
    'CID-REPLACE',
  ],
  'CID-ALLOCATE-SPENT': [
    'the CID is spent because the call was refused; what is refused earlier spends none',
    'CID-ALLOCATE-UNUSED',
    'CID-ALLOCATE-FREE',
    'CID-ALLOCATE-FRESH',
  ],
  'ATTEST-UNPROTECTED': ['the other names unprotected headers as its exception', 'ATTEST-EVERY-BYTE'],
  'ATTEST-TWIN': ['a twin is valid, and differs in more than a byte', 'COSE-SIGNATURE', 'ATTEST-EVERY-BYTE'],
  'ATTEST-PREFIX': ['a prefix leaves out the end, not the middle', 'ATTEST-NO-SPLICE'],
  'ATTEST-NAMES-FREE': [
    'it is about who believes a chain, DICE-KEY-NAMES about who makes one; the others ask for texts that fit together',
    'CHAIN-COMPONENT-VERSION',
    'CHAIN-NAMES-GIVEN',
    'CHAIN-NAMES-FILLED',
    'CHAIN-LINKED',
    'CHAIN-SUBJECTS-ONCE',
    'DICE-KEY-NAMES',
  ],
  'ATTEST-ROOT-UNKNOWN': [
    'being proper is not being trusted; the others are about the form of a chain',
    'CHAIN-DESCRIPTOR-RESERVED',
    'CHAIN-COMPONENT-VERSION',
    'ATTEST-SELF-SIGNED',
    'SERVER-ROOT',
    'RELY-ROOT',
  ],
  'CHAIN-ROOT-DESCRIPTOR': [
    'the rules for descriptors name it as their exception; the others are about the certificate around it',
    'CHAIN-PROFILE-KNOWN',
    'CHAIN-CONFIG-TYPES',
    'CHAIN-CONFIG-HASH',
    'CHAIN-DESCRIPTOR-MAP',
    'CHAIN-DESCRIPTOR-KEYS',
    'CHAIN-DESCRIPTOR-RESERVED',
    'CHAIN-SECURITY-VERSION',
    'CHAIN-COMPONENT-VERSION',
    'CHAIN-DESCRIPTOR-TYPES',
    'CHAIN-MODE-NORMAL',
    'CHAIN-DESCRIPTOR-GIVEN',
  ],
  'ATTEST-DEBUG-TOO': [
    'the RKP VM accepts every mode; the relying party, who does not, decides after it',
    'RKP-DEBUG-KERNEL',
    'RELY-SECURE',
    'CHAIN-MODE-NORMAL',
  ],
  'ATTEST-NOT-CURRENT': [
    'they ask who signed the challenge, not whether it is new; the relying party asks that',
    'RKP-REQUEST-FORM',
    'RKP-LEAF-SIGNED',
    'RKP-KEY-SIGNED',
    'RELY-CHALLENGE',
  ],
  'ATTEST-KEY-ELSEWHERE': [
    'both signatures are there, but neither covers the chain',
    'RKP-REQUEST-FORM',
    'RKP-KEY-SIGNED',
    'ATTEST-SELF-SIGNED',
  ],
  'AVAIL-WITHHOLD': ['nothing is given, or a fault; no byte changes', 'CPU-IRQ-DOS', 'CPU-IRQ-SPURIOUS', 'MEM-POISON'],
  'AVAIL-IRQ-WITHHOLD': [
    'an interrupt that does not come changes nothing, shows nothing, and enters no handler',
    'CPU-IRQ-DOS',
    'CPU-IRQ-PRIVATE',
    'CPU-IRQ-OWN',
    'CPU-IRQ-MASKED',
    'CPU-IRQ-SPURIOUS',
  ],
  'AVAIL-IRQ-FLOOD': [
    'each interrupt waits until the one before it has ended, and its handler finds nothing to do; the host keeps its CPU',
    'CPU-IRQ-DOS',
    'CPU-IRQ-PRIVATE',
    'CPU-IRQ-OWN',
    'CPU-IRQ-MASKED',
    'CPU-IRQ-SPURIOUS',
    'CPU-IRQ-PREEMPT',
    'IRQ-FINISH-TAKEN',
  ],
  'BOOT-PAYLOAD-ANYONE': [
    'a payload is no kernel, and is verified against the key of its app',
    'CSR-SIGNED-PAIR',
    'BOOT-VERIFIED',
    'BOOT-APP-KERNEL',
    'GUEST-VERIFIED',
  ],
  'AVB-OLDER': [
    'the image is signed; what refuses an older one is the rollback regime, after Verified Boot',
    'AVB-SIGNED',
    'APEX-SIGNED',
    'BOOT-APP-KERNEL',
    'RECORD-CODE',
    'INSTANCE-FIXED',
    'INSTANCE-NO-OLDER',
  ],
  'CPU-STATE-UPSTREAM': [
    'it names its profiles; registers of EL2, mappings and pages are not those of a vCPU',
    'CPU-HOST-EL1',
    'CPU-STATE-PRIVATE',
    'CPU-STATE-INTEGRITY',
    'CPU-EXPOSURE',
    'CPU-IRQ-DOS',
    'CPU-IRQ-PRIVATE',
    'INIT-VCPU-FEATURES',
    'MEM-FIXED-ENTRIES',
    'MEM-WIPE',
  ],
  'DICE-KEY-CHANGES': [
    'the key pair comes from the attestation secret, which changes; the sealing secret lasts',
    'DICE-ATTEST-COVERS',
    'DICE-SEAL-LASTS',
    'DICE-OWN-KEY',
  ],
  'DICE-CHAIN-PUBLIC': ['no secret can be derived from a chain', 'INSTANCE-ONLY'],
  'DMA-SHARED': [
    'the page is shared with the host, whose device it is',
    'DMA-PRIVATE',
    'FFA-PROXIED',
    'MEM-HOST-PRIVATE',
    'MEM-UNMAP-FIRST',
  ],
  'DMA-UPSTREAM': ['it names its profiles', 'DMA-PRIVATE', 'MEM-PRIVATE', 'MEM-HYP-PRIVATE'],
  'INSTANCE-NEWER': [
    'it is about the deferred regime, newer software and the same signers; the others each about one of their opposites',
    'APK-RECORDED',
    'INSTANCE-SAME-CODE',
    'INSTANCE-NO-OLDER',
    'INSTANCE-MODE',
    'INSTANCE-EACH-STAGE',
    'KEEPER-KEY',
    'KEEPER-PAYLOAD',
  ],
  'SALT-KNOWN': [
    'no clause promises that a salt is secret; INSTANCE-ONLY does not rest on it',
    'SALT-RANDOM',
    'INSTANCE-ID',
    'INSTANCE-RECORDED',
    'INSTANCE-ONLY',
  ],
  'INSTANCE-IMPORTED': [
    'such VMs have the same software and differ in no input of the secret; the ephemeral regime is left out',
    'INSTANCE-SAME-CODE',
    'INSTANCE-NO-OLDER',
    'INSTANCE-ID',
    'DICE-INSTANCES-APART',
    'INSTANCE-EPHEMERAL',
  ],
  'GUEST-RECORD-CRASH': ['to refuse for ever is to refuse', 'GUEST-RECORD-FOUND', 'GUEST-RECORD-FRESH'],
  'KEEPER-FORGETS': [
    'a secret that is forgotten is given to nobody; records belong to another regime',
    'INSTANCE-TAMPERED',
    'GUEST-RECORD-SEALED',
    'GUEST-RECORD-FOUND',
    'GUEST-RECORD-FRESH',
    'KEEPER-INSTANCE',
  ],
  'INSTANCE-ROLLBACK-GAP': [
    'the image is new, so that all entries are free and the boot is the first; the salt is not random; the regime is that of records',
    'APK-SIGNED',
    'APEX-RECORDED',
    'APK-RECORDED',
    'INSTANCE-SAME-CODE',
    'INSTANCE-NO-OLDER',
    'INSTANCE-FIXED',
    'INSTANCE-EPHEMERAL',
    'INSTANCE-MODE',
    'INSTANCE-EACH-STAGE',
    'SECRET-INPUTS',
    'INSTANCE-ID',
    'INSTANCE-RECORDED',
    'RECORD-DISK',
    'RECORD-FORM',
    'RECORD-CODE',
    'RECORD-KEY',
    'RECORD-MODE',
    'GUEST-RECORD-FOUND',
    'GUEST-RECORD-FRESH',
    'KEEPER-INDEX',
    'KEEPER-INSTANCE',
    'KEEPER-KEY',
    'KEEPER-KERNEL',
    'KEEPER-PAYLOAD',
  ],
  'INSTANCE-ANEW': [
    'a record that is gone is not taken for one, and the boot is the first for every stage',
    'INSTANCE-TAMPERED',
    'INSTANCE-EACH-STAGE',
    'GUEST-RECORD-SEALED',
    'GUEST-RECORD-FOUND',
    'GUEST-RECORD-FRESH',
  ],
  'LIFE-HANDLE-REUSE': ['the VM is gone, and a VMID waits for the TLBs', 'CPU-TLB-VMID', 'LIFE-HANDLE-UNIQUE'],
  'LIFE-STRAND': [
    'the laws on states name it as their exception; the calls only say when they refuse',
    'AVAIL-RECLAIM',
    'FINALIZE-DYING',
    'RECLAIM-VM',
    'MEM-LEGAL',
    'MEM-CONSERVE-SHARES',
    'MEM-CONSERVE-DONATED',
  ],
  'LIFE-STALE-OWNER': [
    'the calls hold the record against what the owner maps, and refuse',
    'RECLAIM-VM',
    'RECLAIM-MAPPED',
    'RECLAIM-WHOLE',
    'RECLAIM-SAME-PAGE',
    'MEM-ONE-OWNER',
  ],
  'MEM-NONPROTECTED': [
    'the others are about protected VMs, about pages that the VM cannot reach, or about other accesses than those of the host',
    'BOOT-APP-FILE',
    'DMA-PRIVATE',
    'SHARE-GUEST-OWNED',
    'MEM-PRIVATE',
    'MEM-HYP-PRIVATE',
    'MEM-CONFIDENTIAL',
    'MEM-HOST-PRIVATE',
    'MEM-UNMAP-FIRST',
    'MEM-WIPE',
    'MEM-WIPE-UNMAPPED',
    'MEM-CONSERVE-SHARES',
  ],
  'MEM-WIPE-SHARED': [
    'the VM shares the page at that moment, and MEM-WIPE is about one that it does not share; the others are about other pages, or allow what is shared',
    'FFA-LENT',
    'LIFE-STATE-WIPE',
    'MEM-CONSENT',
    'MEM-CONFIDENTIAL',
    'MEM-WIPE',
    'MEM-CONSERVE-DONATED',
  ],
};

const all = Object.values(clauses);
const derived = pairsAmong(all, explanationsOf(readLibrary().prose));
const isRead = (may: string, must: string): boolean =>
  (read as Readonly<Record<string, readonly string[] | undefined>>)[may]?.slice(1).includes(must) === true;

test('each pair of clauses of which one says MUST and one MAY of the same subject has been read', () => {
  const unread = derived.filter(({ may, must }) => !isRead(may, must));
  expect(unread.map(({ may, must }) => `${may}: ${must}`)).toEqual([]);
});

test('each pair that has been read is one of a MAY and a MUST', () => {
  for (const [may, [apart, ...musts]] of Object.entries(read)) {
    expect(clauses[may as ClauseId].text).toMatch(/\bMAY\b/);
    expect(apart).not.toBe('');
    for (const must of musts) expect(clauses[must].text, must).not.toMatch(/\bMAY\b/);
    expect(new Set(musts).size, may).toBe(musts.length);
  }
});

test('a new clause about the subject of another is noticed: by its words, by its row, and by name', () => {
  const unless = clauses['MEM-WIPE-SHARED'];
  const added = (change: Partial<Clause>, explanation = ''): string[] => {
    const clause: Clause = {
      ...clauses['MEM-WIPE'],
      id: 'MEM-ZZZ' as ClauseId,
      rows: [],
      text: 'It MUST hold.',
      ...change,
    };
    return pairsAmong([...all, clause], new Map([['MEM-ZZZ', explanation]]))
      .filter(({ must }) => must === 'MEM-ZZZ')
      .map(({ may }) => may);
  };
  expect(added({})).toEqual([]);
  expect(added({ text: unless.text.replace('MAY', 'MUST NOT') })).toContain('MEM-WIPE-SHARED');
  expect(added({ rows: ['A-04'] })).toEqual(['CID-WRAP', 'CID-EARLY']);
  expect(added({}, 'As in MEM-WIPE-SHARED.')).toEqual(['MEM-WIPE-SHARED']);
});
