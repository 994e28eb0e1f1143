import { expect, test } from 'vitest';
import { hypercallByNumber } from '../../spec/calls/cpu/hypercall.ts';
import { android16AsShipped } from '../../spec/profiles/android16-6.12-as-shipped.ts';
import { guestCallsOfAndroid16, hostCallsOfAndroid16 } from '../../spec/profiles/calls-of-android16.ts';
import { hypercalls, pointedCalls } from '../../spec/profiles/hypercalls-7.3.ts';
import { linux73 } from '../../spec/profiles/linux-7.3.ts';

const callsOf = (number: number): readonly string[] => {
  const one = hypercalls[number];
  return one && 'calls' in one ? one.calls : [];
};

test('every hypercall has its number, and those that are specified have a rule', () => {
  expect(hypercalls).toHaveLength(51);
  expect(new Set(hypercalls.map(({ name }) => name)).size).toBe(51);
  expect(hypercalls.flatMap((_, number) => callsOf(number)).filter((call) => !linux73.rules.has(call))).toEqual([]);
});

test('those up to the last that is refused once protection is on are specified by their number, and those with a pointer', () => {
  const byNumber = hypercalls.flatMap((_, number) => (callsOf(number).includes('hypercall') ? [number] : []));
  const [first, last] = [7, hypercalls.length - 1];
  expect(byNumber).toEqual([...Array(first + 1).keys(), ...pointedCalls]);
  expect(linux73.rules.get('hypercall')?.guards).toEqual(hypercallByNumber(first, last).guards);
});

test('every call of the host that is a hypercall has a number', () => {
  const numbered = new Set(hypercalls.flatMap((_, number) => callsOf(number)));
  const own = /^(host_(read|write|load_stub|smc)|topup_memcache|guest_|ffa_|secure_)/;
  const unnumbered = [...linux73.rules.keys()].filter((call) => !numbered.has(call) && !own.test(call));
  expect(unnumbered).toEqual([]);
});

test('of Android 16 too: a name stands once, and each call of the profile that somebody makes is one of them', () => {
  const all = [...hostCallsOfAndroid16, ...guestCallsOfAndroid16];
  expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
  const listed = new Set(all.flatMap((one) => ('calls' in one ? one.calls : [])));
  const { rules } = android16AsShipped;
  expect([...listed].filter((call) => !rules.has(call))).toEqual([]);
  // Made by a memory access, by the firmware, or with another call.
  const own = /^(host_(read|write|load_stub)|topup_memcache|device_|ffa_|secure_)/;
  expect([...rules.keys()].filter((call) => !listed.has(call) && !own.test(call))).toEqual([]);
});
