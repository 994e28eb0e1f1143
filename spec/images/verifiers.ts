/** The decisions about images, each with its checks in order: to be listed, counted, and left out one by one. */
import type { Verifier } from '../evidence/verifiers.ts';
import { apexChecks } from './apex.ts';
import { apkChecks } from './apk-checks.ts';
import { idsigChecks } from './idsig.ts';
import { configChecks } from './pvmfw-config.ts';

export const imageVerifiers: readonly Verifier[] = [
  {
    name: 'pvmfw configuration',
    description: 'The configuration that the bootloader leaves behind pvmfw: its header, then its table of entries.',
    checks: configChecks,
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
