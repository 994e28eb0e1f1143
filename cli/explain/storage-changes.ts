/** What a step changed of storage, in words: blocks and digests, sectors of a store, chunks of a file. */
import { none } from '../../spec/config.ts';
import { noStorage, parts, purposes, spareOf } from '../../spec/storage/config.ts';
import type { StorageConfig } from '../../spec/storage/config.ts';
import { blockContents, blockDigests } from '../../spec/storage/fields.ts';
import { formatDatum } from '../../spec/storage/parameters.ts';
import type { FieldName } from '../../spec/fields.ts';
import type { Layout } from '../../spec/state.ts';
import type { Change, Label } from './boot-changes.ts';

/** Whom a change of storage is about, and what to say of it; nothing for the books that laws keep. */
export function formatStorageChange(layout: Layout, { field, index, from, to }: Change, after: Int32Array): Label {
  const storage = layout.config.storage ?? noStorage;
  switch (field) {
    case 'blockContent':
      return [nameOf(storage, index), `content ${lower(blockContents[from])} → ${lower(blockContents[to])}`];
    case 'blockDigest':
      return [nameOf(storage, index), `its digest in the tree is that ${lower(blockDigests[to]).replace('_', ' ')}`];
    case 'storedKey':
    case 'storedPlace':
    case 'storedDatum':
    case 'storedFlip':
      return formatPart(layout, storage, index, after);
    case 'storeOpenBy':
      return to === none ? ['VM', 'ends'] : ['VM', `of instance ${to} has the store open`];
    case 'knownKey':
      return ['host', `knows the ${secret(index)} of instance ${Math.floor(index / purposes.length)}`];
    case 'knownDatum':
      return ['host', `knows ${formatDatum(index)}`];
    case 'fileThere':
      return ['file', to === 1 ? 'is there' : 'is gone'];
    case 'fileOpen':
      return ['file', to === 1 ? 'open in the VM' : 'closed'];
    case 'chunkStored':
      return [`chunk ${index}`, to === none ? 'nothing at the host' : `${formatDatum(to)} at the host`];
    case 'chunkLeaf':
      return [`chunk ${index}`, to === none ? 'the VM has no digest' : `the VM has the digest of ${formatDatum(to)}`];
    default:
      return undefined;
  }
}

const lower = (name: string | undefined): string => (name ?? '').toLowerCase();
const secret = (key: number): string =>
  purposes[key % purposes.length] === 'STORE' ? 'key of the store' : 'secret of the payload';

const nameOf = ({ partitions, blocks }: StorageConfig, index: number): string =>
  `${partitions[Math.floor(index / blocks)]?.name ?? ''}, block ${index % blocks}`;

function formatPart({ base }: Layout, storage: StorageConfig, index: number, after: Int32Array): Label {
  const value = (field: FieldName): number => after[base[field] + index] as number;
  const sector = Math.floor(index / parts);
  const subject = sector === spareOf(storage) ? 'the copy' : `sector ${sector}`;
  const [key, place] = [value('storedKey'), value('storedPlace')];
  const sealed =
    key === none
      ? ''
      : ` under the ${secret(key)} of instance ${Math.floor(key / purposes.length)}` +
        (place === sector ? '' : `, for sector ${place}`);
  const flipped = value('storedFlip') === 1 ? ', a bit of it flipped' : '';
  return [
    subject,
    `${index % parts === 0 ? 'start' : 'rest'}: ${formatDatum(value('storedDatum'))}${sealed}${flipped}`,
  ];
}
