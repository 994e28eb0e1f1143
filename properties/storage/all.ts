/** The properties of storage: of images, of files, and of an encrypted store. */
import type { TransitionSystem } from '../../spec/transition-system.ts';
import type { Property } from '../property.ts';
import { fileLaws, imageLaws, ofWideCiphers, storeLaws } from './laws.ts';
import { fileWitnesses, imageWitnesses, ofNarrowCiphers, storeWitnesses } from './witnesses.ts';

export function storage({ rules, profile }: TransitionSystem): readonly Property[] {
  if (rules.has('read_block')) return [...imageLaws, ...imageWitnesses];
  if (rules.has('authfs_create')) return [...fileLaws, ...fileWitnesses];
  if (!rules.has('store_open')) return [];
  const ofCipher = profile.name === 'store-13' ? ofNarrowCiphers : ofWideCiphers;
  return [...storeLaws, ...ofCipher, ...storeWitnesses];
}
