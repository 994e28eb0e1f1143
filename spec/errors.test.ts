import { constants } from 'node:os';
import { expect, test } from 'vitest';
import type { Errno } from './errors.ts';

// why: EHWPOISON has a name in Linux, but none in Node.
const numbers: Record<Exclude<Errno, 'EHWPOISON'>, number> = {
  EPERM: 1,
  ENOENT: 2,
  E2BIG: 7,
  EAGAIN: 11,
  ENOMEM: 12,
  EFAULT: 14,
  EBUSY: 16,
  EINVAL: 22,
  ERANGE: 34,
};

test.runIf(process.platform === 'linux')('every error is one that Linux knows, by its number', () => {
  expect(constants.errno).toMatchObject(numbers);
});
