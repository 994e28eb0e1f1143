import { describe, expect, test } from 'vitest';
import { exhibit, voided } from './negative-controls.ts';

describe('where a guarantee is void, the trace exists', () => {
  test.each(voided)('$law.clause › $law.says', async (one) => {
    expect((await exhibit(one, 1, 1200)).moves).toBeDefined();
  });

  test.each(voided)('and where nothing is missing, not: $law.clause › $law.says', async (one) => {
    expect((await exhibit({ ...one, setup: {}, world: {} }, 1, 12)).moves).toBeUndefined();
  });
});
