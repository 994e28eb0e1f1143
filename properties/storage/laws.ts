/** Storage: what a VM reads, and what the host learns. */
import {
  before,
  both,
  callIsDone,
  compare,
  compute,
  either,
  equals,
  every,
  implies,
  not,
  quantity,
  some,
  theAnswer,
} from '../../spec/language/build.ts';
import type { Bool, Num } from '../../spec/language/term.ts';
import { firstDatum } from '../../spec/storage/config.ts';
import {
  chunkLeaf,
  chunkWritten,
  content,
  digest,
  firstRead,
  isRead,
  knownDatum,
  payloadSecretOf,
  protection,
  restRead,
  running,
  storedKey,
  written,
} from '../../spec/vocabulary/storage.ts';
import type { Always, Each } from '../property.ts';

const signed = 0;

const imagesAreSigned: Each = {
  kind: 'each',
  clause: 'IMAGE-SIGNED',
  statement: 'what is read through dm-verity is what was signed',
  loss: 'a VM reads what the host has put into a signed image',
  over: 'call',
  on: ['read_block'],
  when: both(callIsDone, protection('partition').is('verity')),
  holds: implies(both(callIsDone, protection('partition').is('verity')), equals(theAnswer, signed)),
};

const filesAreMeasured: Each = {
  kind: 'each',
  clause: 'AUTHFS-MEASURED',
  statement: 'what is read of a measured file is what was measured',
  loss: 'a VM reads what the host has put into a measured file',
  over: 'call',
  on: ['read_block'],
  when: both(callIsDone, protection('partition').is('authfs')),
  holds: implies(both(callIsDone, protection('partition').is('authfs')), equals(theAnswer, signed)),
};

/** Somebody has changed a block of the partition, or the tree. */
const isTouched = some(
  0,
  quantity('blocks'),
  'each block',
  either(content('partition', 'each block').isNot('SIGNED'), digest('partition', 'each block').isNot('OF_SIGNED')),
);
const untouchedIsReadable: Each = {
  kind: 'each',
  clause: 'IMAGE-READABLE',
  statement: 'a read is refused only where a block or the tree has changed',
  loss: 'an image cannot be read that nobody has changed',
  over: 'call',
  on: ['read_block'],
  holds: either(callIsDone, both(isRead('partition'), isTouched)),
};

const filesAreAsWritten: Each = {
  kind: 'each',
  clause: 'AUTHFS-WRITTEN',
  statement: 'what is read of a chunk is what the VM wrote there last',
  loss: 'a VM reads in its file what it has not written last',
  over: 'call',
  on: ['authfs_read'],
  when: callIsDone,
  holds: implies(callIsDone, equals(theAnswer, before(chunkWritten('chunk').value))),
};

const digestsAreOfWrites: Always = {
  kind: 'always',
  clause: 'AUTHFS-WRITTEN',
  statement: 'a digest that a VM keeps for a chunk is that of what it wrote there last',
  loss: 'a VM vouches for a chunk that the host has written',
  over: 'machine',
  holds: every(
    0,
    quantity('chunks'),
    'each chunk',
    equals(chunkLeaf('each chunk').value, chunkWritten('each chunk').value),
  ),
};

const dataStaySecret: Always = {
  kind: 'always',
  clause: 'STORE-CONFIDENTIAL',
  statement: 'the host knows nothing of what VMs have written',
  loss: 'the host reads the store of a VM',
  over: 'machine',
  holds: every(firstDatum, compute(quantity('datums'), '-', firstDatum), 'each datum', knownDatum('each datum').is(0)),
};

const keysHaveOnePurpose: Always = {
  kind: 'always',
  clause: 'STORE-PURPOSE',
  statement: 'nothing in the store is sealed under a secret that a payload is given',
  loss: 'a payload can give away the store of its VM',
  over: 'machine',
  holds: every(
    0,
    quantity('places'),
    'each sector',
    every(
      0,
      quantity('storings'),
      'each instance',
      not(
        some(
          0,
          quantity('parts'),
          'each part',
          equals(storedKey('each sector', 'each part').value, payloadSecretOf('each instance')),
        ),
      ),
    ),
  ),
};

/** Of each part of what is read that is not garbage. */
const ofWhatIsRead = (holds: (datum: Num) => Bool): Bool =>
  implies(callIsDone, both(...[firstRead, restRead].map((datum) => implies(compare(datum, '≠', 0), holds(datum)))));
const reader = before(running.value);
const isNotGarbage = either(compare(firstRead, '≠', 0), compare(restRead, '≠', 0));

const readsAreOwn: Each = {
  kind: 'each',
  clause: 'STORE-INSTANCE',
  statement: 'what a VM reads in the store, a VM of the same instance has written there',
  loss: 'a VM reads what another instance has stored',
  over: 'call',
  on: ['store_read'],
  when: both(callIsDone, isNotGarbage),
  holds: ofWhatIsRead((datum) =>
    some(0, quantity('sectors'), 'each sector', written(reader, 'each sector', datum).is(1)),
  ),
};

const readsAreInPlace: Each = {
  kind: 'each',
  clause: 'STORE-PLACE',
  statement: 'what a VM reads in a sector was written to that sector',
  loss: 'a VM reads in one place what was written to another',
  over: 'call',
  on: ['store_read'],
  when: both(callIsDone, isNotGarbage),
  holds: ofWhatIsRead((datum) =>
    either(
      written(reader, 'sector', datum).is(1),
      not(some(0, quantity('sectors'), 'each sector', written(reader, 'each sector', datum).is(1))),
    ),
  ),
};

/** What opens of a sector opens as a whole: its parts are garbage together, or of one write. */
const readsAreWhole: Each = {
  kind: 'each',
  clause: 'STORE-GARBAGE',
  statement: 'all parts of what is read come from one write, or all are garbage',
  loss: 'the host changes part of a sector, and the VM reads the rest',
  over: 'call',
  on: ['store_read'],
  when: both(callIsDone, isNotGarbage),
  holds: implies(callIsDone, equals(firstRead, restRead)),
};

export const imageLaws = [imagesAreSigned, filesAreMeasured, untouchedIsReadable];
export const fileLaws = [digestsAreOfWrites, filesAreAsWritten];
export const storeLaws = [dataStaySecret, keysHaveOnePurpose, readsAreOwn, readsAreInPlace];
export const ofWideCiphers = [readsAreWhole];
