/** All named faults of verifiers. */
import type { EvidenceFault } from './fault.ts';
import { claims } from './claims.ts';
import { keys } from './keys.ts';
import { links } from './links.ts';
import { requests } from './requests.ts';
import { signatures } from './signatures.ts';

export const evidenceFaults: readonly EvidenceFault[] = [...signatures, ...keys, ...claims, ...links, ...requests];
