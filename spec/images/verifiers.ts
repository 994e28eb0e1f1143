/** The decisions about images, each with its checks in order: to be listed, counted, and left out one by one. */
import type { Verifier } from '../evidence/verifiers.ts';
import { treeChecks } from './device-tree-checks.ts';
import { configChecks } from './pvmfw-config.ts';

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
];
