import { expect, test } from 'vitest';
import { firmwareCallAt } from '../firmware-calls.ts';
import type { FirmwareCallName } from '../firmware-calls.ts';
import { sveHint, wideCallNumber } from '../parameters.ts';
import { answered, Bench, denied } from './bench.ts';
import { linux61 } from './linux-6.1.ts';
import { linux73 } from './linux-7.3.ts';

const asks = (profile: typeof linux73, id: number) => new Bench(profile).call('hypercall', { id });
const noNumber = denied('NOT_SUPPORTED', 'CALL-NUMBER');

test('a hypercall with the hint is the one without', () => {
  for (const id of [6, 7, 50, 51]) expect(asks(linux73, sveHint + id)).toEqual(asks(linux73, id));
  expect([2 * sveHint + 50, wideCallNumber].map((id) => asks(linux73, id))).toEqual([noNumber, noNumber]);
});

test('under Linux 6.1 the hint is a part of the number', () => {
  expect(asks(linux61, 22)).toEqual(answered());
  expect(asks(linux61, sveHint + 22)).toEqual(noNumber);
});

test('a call of the firmware with the hint is judged as the one without, but passed on unseen by Linux 6.1', () => {
  const asked = (profile: typeof linux73, name: FirmwareCallName) =>
    new Bench(profile).call('host_smc', { smc: firmwareCallAt(name) });
  expect(asked(linux73, 'CPU_ON of no CPU with the SVE hint')).toEqual(denied('INVALID_PARAMETERS', 'SMC-CPU-KNOWN'));
  expect(asked(linux73, 'MEM_PROTECT with the SVE hint')).toEqual(denied('NOT_SUPPORTED', 'SMC-RELAYED'));
  expect(asked(linux61, 'CPU_ON of no CPU with the SVE hint')).toEqual(answered());
  expect(asked(linux61, 'CPU_ON of no CPU')).toEqual(denied('INVALID_PARAMETERS', 'SMC-CPU-KNOWN'));
});
