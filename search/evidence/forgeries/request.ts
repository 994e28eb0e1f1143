/** How forged requests are written down. */
import type { ClauseId } from '../../../spec/clauses.generated.ts';
import type { Options } from '../../../spec/evidence/options.ts';
import type { Plan, RequestChanges } from '../../../model/forge/chain.ts';
import { forgeRequestBytes, soundPlan } from '../../../model/forge/chain.ts';
import type { Forgery } from './forgery.ts';

export const request = (
  clause: ClauseId,
  description: string,
  changes: RequestChanges,
  options?: Partial<Options>,
  plan: Partial<Plan> = {},
): Forgery => ({
  clause,
  description,
  make: (device) => forgeRequestBytes({ ...soundPlan, ...plan, device }, changes),
  ...(options === undefined ? {} : { options }),
});
