/** Scopes in which VMs store: what the host serves of each kind, with two instances that use one disk. */
import type { Partition, StorageConfig } from '../../spec/storage/config.ts';
import { noStorage } from '../../spec/storage/config.ts';
import { noMemory } from './boot.ts';
import type { Scope } from './linux.ts';

const system: Partition = { name: 'system', protection: 'verity' };
const vendor: Partition = { name: 'microdroid-vendor', protection: 'verity' };
const apk: Partition = { name: 'microdroid-apk', protection: 'verity' };
const measured: Partition = { name: 'a measured file', protection: 'authfs' };
const outside: readonly Partition[] = [
  'vm-instance',
  'encryptedstore',
  'microdroid-apk-idsig',
  'payload-metadata',
  'extra-idsig-0',
].map((name) => ({ name, protection: 'none' }));

const scope = (name: string, storage: Partial<StorageConfig>): Scope => ({
  name,
  config: { ...noMemory, storage: { ...noStorage, ...storage } },
  prelude: [],
  weights: { host_mark: 0.5, vm_end: 0.5, payload_publish: 0.3, host_remove_file: 0.3, host_flip: 0.5, store_read: 2 },
});

/** Images and files that are read: every partition, those outside as well. */
export const served = scope('served', { partitions: [system, vendor, apk, measured, ...outside], blocks: 3 });
/** An encrypted store that two instances use one after the other. */
export const stores = scope('stores', { instances: 2, sectors: 3, data: 2 });
/** A file that a VM writes, and the host stores. */
export const files = scope('files', { data: 2, chunks: 2 });

/** The same, so small that every state can be reached. */
export const fewBlocks = scope('few-blocks', { partitions: [system, measured, ...outside.slice(0, 1)], blocks: 2 });
export const oneSector = scope('one-sector', { instances: 1, sectors: 2, data: 1 });

export const storageScopes: readonly Scope[] = [served, stores, files];
