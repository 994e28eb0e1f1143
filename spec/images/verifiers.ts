/** The decisions about images, each with its checks in order: to be listed, counted, and left out one by one. */
import type { Verifier } from '../evidence/verifiers.ts';
import { kernelChecks } from './kernel.ts';
import { partitionChecks } from './partition.ts';
import { apexChecks } from './apex.ts';
import { apkChecks } from './apk-checks.ts';
import { idsigChecks } from './idsig.ts';
import { treeChecks } from './device-tree-checks.ts';
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
    name: 'device tree',
    description: 'The device tree that the host gives to pvmfw: its form, then what pvmfw looks at in it.',
    checks: treeChecks,
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
  {
    name: 'APK',
    description: 'A signed APK: the archive from its end, the signing block, and the scheme that counts.',
    checks: apkChecks,
  },
  {
    name: 'idsig',
    description: 'The index of hashes beside an APK: its parameters, then its tree against the APK.',
    checks: idsigChecks,
  },
  {
    name: 'APEX',
    description:
      'An APEX as a guest takes it: the archive, the files in it, and the description that its image ends with.',
    checks: apexChecks,
  },
];
