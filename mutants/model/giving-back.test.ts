import { describe, expect, test } from 'vitest';
import { detectFault } from '../../mutants/model/campaign.ts';
import { laws } from '../../search/machine/laws.ts';
import { faults } from './all.ts';

const kept = ['vcpu-pin-leaks', 'feature-check-leaks', 'kvm-pin-leaks', 'share-not-uncounted', 'shared-page-stays'];

describe('what a fault keeps from the host is missed when the host takes everything back', () => {
  test.each(faults.filter(({ id }) => kept.includes(id)))('$id', async (fault) => {
    const caught = await detectFault({ ...fault, clauses: [laws.givenBack.clause] }, 1, 400);
    expect(caught?.broken.violation).toEqual(laws.givenBack);
  });
});
