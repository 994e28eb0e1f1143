/** All faults of verifiers of images. */
import { treeFaults } from './device-tree.ts';
import type { ImageFault } from './fault.ts';
import { configFaults } from './pvmfw-config.ts';

export const imageFaults: readonly ImageFault[] = [...configFaults, ...treeFaults];
