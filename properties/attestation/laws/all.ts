/** All laws of evidence: drawn, not picked. */
import { ofAnyEvidence } from './any-evidence.ts';
import { ofChains } from './chains.ts';
import { ofDerivations } from './derivations.ts';
import type { EvidenceLaw } from './law.ts';

/** In the order of the chapters. */
export const evidenceLaws: readonly EvidenceLaw[] = [...ofDerivations, ...ofChains, ...ofAnyEvidence];
