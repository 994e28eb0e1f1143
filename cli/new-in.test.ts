import { expect, test } from 'vitest';
import { hypercalls } from '../spec/profiles/hypercalls-7.3.ts';
import { newIn } from './new-in.ts';

test('hypercalls that no release here has are named in one line, with the profile that is judged by', () => {
  const calls = Object.fromEntries(hypercalls.map(({ name }, number) => [name, number]));
  expect(newIn({ profile: 'linux-7.3', calls })).toBeUndefined();
  expect(newIn({ profile: 'linux-7.3', calls: { ...calls, __pkvm_hyp_topup: 51 } })).toBe(
    'not known in linux-7.3, by which it is judged, and not asked: __pkvm_hyp_topup (number 51)',
  );
  expect(newIn({ profile: 'linux-6.12', calls: { __pkvm_teardown_vm: 25 } })).toBeUndefined();
});
