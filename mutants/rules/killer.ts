/** What can tell a mutant from the rules. */
import type { Mutant } from './mutant.ts';

export interface Killer {
  readonly name: string;
  /** How the mutant shows, if it does. */
  readonly kills: (mutant: Mutant) => string | undefined;
}

/** A mistake of the rules can also stop those who judge them: then it shows as well. */
export function killedBy(killers: readonly Killer[], mutant: Mutant): { by: string; how: string } | undefined {
  for (const { name, kills } of killers) {
    const how = orStop(() => kills(mutant));
    if (how !== undefined) return { by: name, how };
  }
  return undefined;
}

function orStop(look: () => string | undefined): string | undefined {
  try {
    return look();
  } catch (error) {
    return `stops: ${(error as Error).message}`;
  }
}
