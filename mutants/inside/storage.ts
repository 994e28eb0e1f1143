/** Faults in how a VM reads and writes what the host stores for it. */
import { both, choose, equals, value, when } from '../../spec/language/build.ts';
import type { Effect } from '../../spec/language/term.ts';
import { has, without } from '../../spec/profile.ts';
import { images15, authfs15, store15 } from '../../spec/profiles/storage.ts';
import type { Profile } from '../../spec/profile.ts';
import { none } from '../../spec/config.ts';
import type { Rule } from '../../spec/rule.ts';
import {
  answersParts,
  chunkLeaf,
  fileOpen,
  isOneSector,
  lastWritten,
  narrowDatum,
  payloadSecretOf,
  running,
  seal,
  storedDatum,
  storedFlip,
  storedKey,
  storeKeyOf,
  written,
} from '../../spec/vocabulary/storage.ts';
import { files, served, stores } from '../../search/scopes/storage.ts';
import type { Difference } from '../../spec/profile.ts';
import type { BootFault } from '../boot/fault.ts';

const ruleOf = ({ rules }: Profile, call: string): Rule => {
  const rule = rules.get(call);
  if (rule === undefined) throw new Error(`unreachable: no call ${call}`);
  return rule;
};
/** The call does something else, or something more. */
const does = (profile: Profile, call: string, effects: readonly Effect[], description: string): Difference =>
  has({ ...ruleOf(profile, call), effects }, description);

const images = { base: { profile: images15, scopes: [served] } };
const written15 = { base: { profile: authfs15, scopes: [files] } };
const store = { base: { profile: store15, scopes: [stores] } };

const ofImages: readonly BootFault[] = [
  {
    ...images,
    id: 'mounted-as-it-is',
    title: 'an image is mounted without dm-verity',
    loses: 'code of the hosts choice is read from the system image',
    clauses: ['IMAGE-SIGNED'],
    known: 'AOSP Virtualization 52ea0830 (b/198303625)',
    story:
      'The guest verifies the description of its system at boot, and then mounts the system as any other disk. The host waits until the boot is over and writes a block. Whatever is loaded from it next is of the host’s making.',
    differences: [without('HASHED-TREE'), without('HASHED-BLOCK')],
  },
  {
    ...images,
    id: 'root-from-the-disk',
    title: 'the root digest is taken from the disk',
    loses: 'the host signs its own block with its own tree',
    clauses: ['IMAGE-SIGNED', 'AUTHFS-MEASURED'],
    story:
      'Each block is compared with its digest, and each digest with the one above it; the topmost is compared with one that stands beside the tree, on the host’s disk. So a tree that the host has made anew over its own blocks is as good as the signed one.',
    differences: [without('HASHED-TREE')],
  },
  {
    ...images,
    id: 'tree-verified-once',
    title: 'the tree is verified when the image is opened, and its blocks are not',
    loses: 'a block is exchanged under a tree that is sound',
    clauses: ['IMAGE-SIGNED', 'AUTHFS-MEASURED'],
    story:
      'Opening the image walks the whole tree, which is as it was signed. The blocks are left for later, and later nobody looks. The host changes one: the tree above it is still perfect.',
    differences: [without('HASHED-BLOCK')],
  },
];

const ofFiles: readonly BootFault[] = [
  {
    ...written15,
    id: 'leaves-at-the-host',
    title: 'the digests of a written file are stored beside the file',
    loses: 'a VM reads back what it never wrote',
    clauses: ['AUTHFS-WRITTEN'],
    story:
      'To save memory, the guest stores the digests of its file with the host, and asks for one when it reads a chunk. The host answers with the digest of a chunk of its own.',
    differences: [
      does(
        authfs15,
        'host_store_chunk',
        [
          ...ruleOf(authfs15, 'host_store_chunk').effects,
          when(fileOpen.is('OPEN'), chunkLeaf('chunk').becomes(value('datum'))),
        ],
        'the host stores the digest of a chunk as well',
      ),
    ],
  },
  {
    ...written15,
    id: 'existing-file-opened',
    title: 'a file that is already there is opened for writing',
    loses: 'a VM vouches for what the host had put into its file',
    clauses: ['AUTHFS-WRITTEN'],
    story:
      'The guest opens an output file, which the host has put there before. Its chunks have no digests yet, so the guest computes them, from what the host shows it. From here on it answers for every one of them as for its own.',
    differences: [without('AUTHFS-NEW')],
  },
  {
    ...written15,
    id: 'chunk-believed',
    title: 'what the host returns of a written file is not compared',
    loses: 'an older chunk comes back into a file that is open',
    clauses: ['AUTHFS-WRITTEN'],
    story:
      'The guest keeps the digests of its file in order to compute the digest of the whole in the end. Reading takes whatever the host returns. What the guest finally signs is not what it has read in between.',
    differences: [without('AUTHFS-CHUNK')],
  },
];

const ownKey = storeKeyOf(running.value);
const noted: readonly Effect[] = [
  written(running.value, 'sector', 'datum').becomes(1),
  lastWritten(running.value, 'sector').becomes(value('datum')),
];
/** What is written goes elsewhere, or under another key; what is read is looked for in the same way. */
const writes = (effect: Effect, description: string): Difference =>
  does(store15, 'store_write', [effect, ...noted], description);
const reads = (effect: Effect, description: string): Difference => does(store15, 'store_read', [effect], description);
/** What a sector opens to where every one is sealed for the first. */
const anywhere = choose(
  both(
    ...[0, 1].map((part) => both(equals(storedKey('sector', part).value, ownKey), storedFlip('sector', part).is(0))),
  ),
  storedDatum('sector', 0).value,
  0,
);
const payloadKey = payloadSecretOf(running.value);
const openedWithPayloads = choose(isOneSector('sector', payloadKey), storedDatum('sector', 0).value, 0);
const everybodysKey = storeKeyOf(0);
const openedByAll = choose(isOneSector('sector', everybodysKey), storedDatum('sector', 0).value, 0);

const ofStores: readonly BootFault[] = [
  {
    ...store,
    id: 'xts-for-hctr2',
    title: 'sectors are encrypted sixteen bytes by sixteen',
    loses: 'the host puts back a part of a sector, and the rest stays',
    clauses: ['STORE-GARBAGE'],
    known: 'AOSP Virtualization 195f89cd (b/259253336)',
    story:
      'XTS encrypts each sixteen bytes of a sector by themselves. The host cannot read them, but it can tell which of them change, and can change those alone: one bit of a length or a flag turns into noise, and everything around it is as the guest wrote it.',
    differences: [
      reads(
        answersParts(narrowDatum('sector', 0, ownKey), narrowDatum('sector', 1, ownKey)),
        'store_read opens each block of 16 bytes by itself',
      ),
    ],
  },
  {
    ...store,
    id: 'tweak-left-out',
    title: 'the number of the sector does not enter the encryption',
    loses: 'the host moves a sector to where the guest looks for another',
    clauses: ['STORE-PLACE'],
    story:
      'Every sector is encrypted in the same way, wherever it lies. The host sees which sectors are equal. It also moves one: where the guest has written who may do what, it now reads what it has written of somebody else.',
    differences: [
      writes(seal('sector', ownKey, 0, 'datum'), 'store_write seals every sector for the same place'),
      reads(answersParts(anywhere, anywhere), 'store_read opens every sector for the same place'),
    ],
  },
  {
    ...store,
    id: 'written-in-the-clear',
    title: 'the store is used as it is',
    loses: 'the host reads the store as its own disk',
    clauses: ['STORE-CONFIDENTIAL'],
    story:
      'The file system is made on the disk itself and not on the encrypted device above it. All works as before, for the guest and for the host.',
    differences: [writes(seal('sector', none, none, 'datum'), 'store_write does not encrypt')],
  },
  {
    ...store,
    id: 'key-without-purpose',
    title: 'the key of the store is the secret that a payload gets',
    loses: 'a payload that gives its secret away gives its files away',
    clauses: ['STORE-CONFIDENTIAL', 'STORE-PURPOSE'],
    story:
      'A payload may ask for a secret that is stable over boots, and may use it for what it likes, for example send it to a server. Here the store is encrypted with the very same secret, since it is derived without saying what for.',
    differences: [
      writes(seal('sector', payloadKey, 'sector', 'datum'), 'store_write uses the secret of the payload'),
      reads(answersParts(openedWithPayloads, openedWithPayloads), 'store_read uses the secret of the payload'),
    ],
  },
  {
    ...store,
    id: 'key-of-every-instance',
    title: 'the key of the store does not depend on the instance',
    loses: 'another instance reads the store',
    clauses: ['STORE-INSTANCE'],
    story:
      'The key is derived from the image that runs, which is the same for all VMs of an app. The host starts a second instance, over which it has more power, on the disk of the first.',
    differences: [
      writes(seal('sector', everybodysKey, 'sector', 'datum'), 'store_write uses one key for all'),
      reads(answersParts(openedByAll, openedByAll), 'store_read uses one key for all'),
      without('STORE-OPENS'),
    ],
  },
];

export const storageFaults: readonly BootFault[] = [...ofImages, ...ofFiles, ...ofStores];
