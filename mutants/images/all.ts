/** All faults of verifiers of images. */
import { apexFaults } from './apex.ts';
import { apkFaults } from './apk.ts';
import type { ImageFault } from './fault.ts';
import { idsigFaults } from './idsig.ts';
import { configFaults } from './pvmfw-config.ts';

export const imageFaults: readonly ImageFault[] = [...configFaults, ...apkFaults, ...idsigFaults, ...apexFaults];
