/** Spin reads Promela. */
import { promela } from '../../search/export/promela/promela.ts';
import type { Engine } from './engine.ts';

/** Each tuple of arguments is a piece of the program that Spin writes; beyond these it takes minutes to compile. */
const mostTuples = 3000;

export const spin: Engine = {
  name: 'Spin',
  program: 'spin',
  version: ['-V', /Version ([\d.]+)/],
  write: promela,
  takes: (model) => model.split(':: d_step').length - 1 <= mostTuples,
  file: 'model.pml',
  commands: [
    ['spin', '-a', 'model.pml'],
    // Nothing is reduced, and only states are looked for, not cycles.
    ['gcc', '-O2', '-w', '-DSAFETY', '-DNOREDUCE', 'pan.c', '-o', 'pan'],
    // A state without a way out is no error, and no sequence is too long.
    ['./pan', '-E', '-m2000000', '-w20', '-n'],
  ],
  /** It has one state more than the world, before its start, and counts how often it comes to any, these two included. */
  read: (out) => {
    const [states, arrivals] = [/(\d+) states, stored/, /(\d+) transitions/].map((one) => Number(one.exec(out)?.[1]));
    const isWhole = /errors: 0$/m.test(out) && !out.includes('max search depth too small');
    if (!isWhole || !states || !arrivals) return undefined;
    return { states: states - 1, steps: arrivals - 2 };
  },
};
