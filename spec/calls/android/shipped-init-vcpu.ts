import { onFailure } from '../../rule.ts';
import type { Rule } from '../../rule.ts';
import { androidInitVcpu, madeVcpu, pinned } from './android-init-vcpu.ts';

/**
 * Android's as shipped: nobody asks for identification registers, and the host's page stays pinned where the index is
 * refused.
 */
export const shippedInitVcpu: Rule = {
  ...androidInitVcpu,
  guards: androidInitVcpu.guards.map((step) =>
    step.clause === 'INIT-VCPU-FEATURES' ? onFailure('MEM-CONSERVE-PINS', pinned) : step,
  ),
  effects: madeVcpu,
};
