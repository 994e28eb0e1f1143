/** How forged requests are written down. */
import type { ClauseId } from '../../../spec/clauses.generated.ts';
import type { Options } from '../../../spec/evidence/options.ts';
import type { RequestChanges } from '../../../model/forge/chain.ts';
import { forgeRequestBytes, soundPlan } from '../../../model/forge/chain.ts';
import type { Forgery } from './forgery.ts';

export const request = (
  clause: ClauseId,
  description: string,
  changes: RequestChanges,
  options?: Partial<Options>,
): Forgery => ({
  clause,
  description,
  make: (device) => forgeRequestBytes({ ...soundPlan, device }, changes),
  ...(options === undefined ? {} : { options }),
});
