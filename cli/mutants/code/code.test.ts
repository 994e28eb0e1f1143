import { describe, expect, test } from 'vitest';
import { heldTwins } from '../../../mutants/code/held-twins.ts';
import { codeMutants } from '../../generate/inputs.ts';
import { sampled } from '../sample.ts';
import { codeResultOf, folderOf, readCodeResult } from './result.ts';
import { tryCode } from './run.ts';
import { mutantsOfModel, writeScratch } from './scratch.ts';

const { mutants: all, files } = mutantsOfModel();
// why: those that another seed draws may all survive.
const seed = 2;
const folders = ['hypervisor'];

describe('mutants of the model', () => {
  test(`of a sample drawn with seed ${seed} some are told from the model`, { timeout: 180_000 }, async () => {
    const some = sampled(
      all.filter(({ file }) => folders.includes(folderOf(file))),
      1,
      seed,
    );
    const scratch = writeScratch(files);
    try {
      const tried = await tryCode(scratch.folder, some, () => undefined);
      const { killed, survivors } = codeResultOf(all, tried, seed);
      expect(killed, survivors.join('\n')).toBeGreaterThan(0);
    } finally {
      scratch.remove();
    }
  });

  test('none is seen in a model that has none', () => {
    expect(heldTwins(seed, ['cids-strict', 'cids-cyclic'])()).toBeUndefined();
  });

  test('what is written down is of the folders that there are', () => {
    const known = new Set(all.map(({ file }) => folderOf(file)));
    const { byFolder, tried, killed, survivors } = readCodeResult(codeMutants);
    expect(Object.keys(byFolder).filter((folder) => !known.has(folder))).toEqual([]);
    expect(killed + survivors.length).toBe(tried);
  });
});
