/** The top-level description, and the one that a descriptor of it names. */
import type { ChainFacts } from '../../spec/images/descriptors.ts';
import type { TopLevelFacts } from '../../spec/images/top-level.ts';
import type { Piece } from './reader.ts';
import { readVbmeta } from './vbmeta.ts';

/** What goes with the system is the description that Android chains to under this name; else the first one. */
const usual = 'vbmeta_system';

/** What a bootloader finds of it. Never throws. */
export function readTopLevel({ bytes, beside: { chained } = {} }: Piece): TopLevelFacts {
  const vbmeta = readVbmeta(bytes);
  const chains = vbmeta.list.filter((one): one is ChainFacts => one.kind === 'chained partition');
  return {
    vbmeta,
    chain: chains.find(({ partition }) => partition === usual) ?? chains[0],
    chained: chained && readVbmeta(chained),
  };
}
