/** All faults of verifiers of images. */
import { apexFaults } from './apex.ts';
import { apkFaults } from './apk.ts';
import { treeFaults } from './device-tree.ts';
import type { ImageFault } from './fault.ts';
import { kernelFaults } from './kernel.ts';
import { idsigFaults } from './idsig.ts';
import { configFaults } from './pvmfw-config.ts';
import { vbmetaFaults } from './vbmeta.ts';

export const imageFaults: readonly ImageFault[] = [
  ...configFaults,
  ...treeFaults,
  ...vbmetaFaults,
  ...kernelFaults,
  ...apkFaults,
  ...idsigFaults,
  ...apexFaults,
];
