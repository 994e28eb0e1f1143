/** What a release that was set up has of which no profile knows: to be told, so that nobody takes it for asked. */
import type { Features } from '../targets/linux-pkvm/installed.ts';
import { hypercalls } from '../spec/profiles/hypercalls-7.3.ts';

/** In one line, for a release after Linux 7.3; nothing for older ones, whose own calls their profiles leave out. */
export function newIn({ calls, profile }: Pick<Features, 'calls' | 'profile'>): string | undefined {
  if (profile !== 'linux-7.3') return undefined;
  const known = new Set(hypercalls.map(({ name }) => name));
  const added = Object.entries(calls).filter(([name]) => !known.has(name));
  if (added.length === 0) return undefined;
  const named = added.map(([name, number]) => `${name} (number ${number})`).join(', ');
  return `not known in ${profile}, by which it is judged, and not asked: ${named}`;
}
