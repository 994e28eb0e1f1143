/** Scopes of a device with its VMs over their whole life. */
import { phone } from './device.ts';
import type { Scope } from './linux.ts';

export const whole: Scope = {
  name: 'whole',
  config: { ...phone.config, cids: 2 },
  prelude: [],
  weights: {
    ...phone.weights,
    unlock: 0.7,
    allow_unlock: 0.7,
    end_vm: 0.5,
    crash_vm: 0.5,
    delete_all: 0.4,
    connect_cid: 2,
  },
};

/** One page, and one owner: everything that a device goes through in one pair of hands. */
export const oneOwner: Scope = {
  ...whole,
  name: 'one-owner',
  config: { ...whole.config, phone: { pages: 1, memProtect: true } },
};
