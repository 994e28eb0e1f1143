/** Kernels that the guest loader of Android 13 finds, as partitions with a description, and what it verifies of them. */
import type { BootConfig } from '../../../spec/boot/config.ts';
import type { Bytes } from '../../bytes.ts';
import { ascii, unhex } from '../../bytes.ts';
import { writeHash } from '../../images/descriptors-write.ts';
import { testKeys } from '../../images/test-keys.ts';
import { layOut, seal, writePartition, writeVbmeta } from '../../images/vbmeta-write.ts';
import type { Verified } from '../verified-boot.ts';
import { verifyKernel } from '../verified-boot.ts';
import { publicKeyOf } from './kernel.ts';
import { once } from './once.ts';

type LoadedShape = BootConfig['loaded'][number];

/** One that is not genuine names the key that the loader trusts, and a stranger has signed it. */
const bytesOfLoaded = ({ name, genuine }: LoadedShape): Bytes => {
  const code = ascii(`the code of ${name}`);
  const description = { descriptors: [writeHash(code, { partition: 'boot', salt: unhex('3333') })] };
  return writePartition(code, genuine ? writeVbmeta(description) : seal(layOut(description), testKeys.stranger));
};

const verified = once((shape: LoadedShape) => verifyKernel(bytesOfLoaded(shape), undefined, [publicKeyOf(0)]));

/** What the loader has verified with the one key that it trusts; nothing where it refuses, or there is no kernel. */
export const verifiedLoaded = (shape: LoadedShape | undefined): Verified | undefined => shape && verified(shape);
