/** Storage of Microdroid: images and measured files, files that a VM writes, and an encrypted store. */
import {
  authfsCreate,
  authfsRead,
  authfsWrite,
  fileClose,
  opensInParts,
  payloadPublish,
  readBlock,
  storeOpen,
  storeRead,
  storeReadInParts,
  storeWrite,
  vmEnd,
} from '../storage/guest.ts';
import {
  hostCopy,
  hostCopyPart,
  hostDecrypt,
  hostFlip,
  hostMark,
  hostRemoveFile,
  hostStoreChunk,
  hostWriteBlock,
  hostWriteDigest,
} from '../storage/host.ts';
import { baseProfile, checksInstead, has, profile } from '../profile.ts';

/** Android 15: what a VM reads through dm-verity, through AuthFS, or as it is. */
export const images15 = baseProfile('images-15', [readBlock, hostWriteBlock, hostWriteDigest]);

/** Android 15: a file that a VM writes through AuthFS. */
export const authfs15 = baseProfile('authfs-15', [
  authfsCreate,
  authfsWrite,
  authfsRead,
  fileClose,
  hostStoreChunk,
  hostRemoveFile,
]);

/** Android 15: the store is encrypted with HCTR2, sector by sector. */
export const store15 = baseProfile('store-15', [
  storeOpen,
  storeWrite,
  storeRead,
  payloadPublish,
  vmEnd,
  hostFlip,
  hostCopy,
  hostCopyPart,
  hostMark,
  hostDecrypt,
]);

/** Before AOSP Virtualization 195f89cd: with XTS, sixteen bytes by sixteen. */
export const store13 = profile('store-13', store15, [
  has(storeReadInParts, 'store_read opens each block of 16 bytes by itself'),
  checksInstead('STORE-OPENS', opensInParts, 'UNKNOWN_RUNTIME_ERROR'),
]);
