import { describe, expect, test } from 'vitest';
import { exhibit, negativeControls } from './negative-controls.ts';

describe('where a guarantee is void, the trace exists', () => {
  test.each(negativeControls)('$law.clause › $law.statement', async (one) => {
    expect((await exhibit(one, 1, 1200)).moves).toBeDefined();
  });

  test.each(negativeControls)('and where nothing is missing, not: $law.clause › $law.statement', async (one) => {
    expect((await exhibit({ ...one, setup: {}, config: {} }, 1, 12)).moves).toBeUndefined();
  });
});
