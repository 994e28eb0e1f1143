/** All faults of verifiers of images. */
import type { ImageFault } from './fault.ts';
import { kernelFaults } from './kernel.ts';
import { configFaults } from './pvmfw-config.ts';
import { vbmetaFaults } from './vbmeta.ts';

export const imageFaults: readonly ImageFault[] = [...configFaults, ...vbmetaFaults, ...kernelFaults];
