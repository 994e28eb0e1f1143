/** The decisions about images, each with its checks in order: to be listed, counted, and left out one by one. */
import type { Verifier } from '../evidence/verifiers.ts';
import { kernelChecks } from './kernel.ts';
import { partitionChecks } from './partition.ts';
import { configChecks } from './pvmfw-config.ts';
import { topLevelChecks } from './top-level.ts';
import { verityChecks } from './verity.ts';

export const imageVerifiers: readonly Verifier[] = [
  {
    name: 'pvmfw configuration',
    description: 'The configuration that the bootloader leaves behind pvmfw: its header, then its table of entries.',
    checks: configChecks,
  },
  {
    name: 'vbmeta',
    description:
      'A description of images as a bootloader reads it: its header and signature, its descriptors, its signer and its age, then a description that it chains to.',
    checks: topLevelChecks,
  },
  {
    name: 'signed kernel',
    description:
      'A kernel as pvmfw reads it: the footer, the description that it points to, then the kernel and the ramdisk.',
    checks: kernelChecks,
  },
  {
    name: 'signed partition',
    description:
      'A partition as a bootloader reads it: the footer, the description that it points to, then what that says of the partition.',
    checks: partitionChecks,
  },
  {
    name: 'verity tree',
    description: 'A tree of hashes as dm-verity reads it: its superblock, then its levels from the root down.',
    checks: verityChecks,
  },
];
