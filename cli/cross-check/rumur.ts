/** Rumur reads Murphi. */
import { murphi } from '../../search/export/murphi/murphi.ts';
import type { Engine } from './engine.ts';

/** No state stands for another one, a state without a way out is no error, and one thread searches. */
const options = [
  '--symmetry-reduction=off',
  '--deadlock-detection=off',
  '--counterexample-trace=off',
  '--output-format=machine-readable',
  '--threads=1',
  '--value-type=int32_t',
];

export const rumur: Engine = {
  name: 'Rumur',
  program: 'rumur',
  version: ['--version', /v([\d.-]+)/],
  write: murphi,
  takes: () => true,
  file: 'model.m',
  commands: [
    ['rumur', ...options, '--output', 'model.c', 'model.m'],
    ['gcc', '-std=c11', '-O2', '-w', 'model.c', '-o', 'model', '-pthread'],
    ['./model'],
  ],
  read: (out) => {
    const found = /<summary states="(\d+)" rules_fired="(\d+)" errors="0"/.exec(out);
    return found === null ? undefined : { states: Number(found[1]), steps: Number(found[2]) };
  },
};
