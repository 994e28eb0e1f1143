/** States in words: nothing is lost, and what the journal changes is what a new packing has. */
import { expect, test } from 'vitest';
import { argsLength } from '../../spec/language/run.ts';
import { rangeOf } from '../export/cells.ts';
import { completeWorlds, nameOf, opened } from '../export/world.ts';
import { Enumerate } from './enumerate.ts';
import { anyNumber, Packing } from './packing.ts';

const worlds = completeWorlds.filter((world) =>
  ['linux-7.3/two-vms', 'android16-6.12/one-device', 'avf-2026/flaws', 'cids-cyclic/cids'].includes(nameOf(world)),
);

test.each([rangeOf, anyNumber])('every state two calls from the start is packed and unpacked: %o', (range) => {
  expect(worlds.length).toBe(4);
  for (const world of worlds) {
    const { system, start } = opened(world);
    const packing = new Packing(system.layout, range);
    const [words, changed] = [new Int32Array(packing.words), new Int32Array(packing.words)];
    const cells = new Int32Array(system.layout.length);
    const enumerate = new Enumerate(system);
    let [calls, state] = [0, start.fork()];
    const looked = (deeper: boolean): void => {
      const from = state;
      const before = new Int32Array(packing.words);
      packing.pack(from.cells, before);
      enumerate.make(from, new Int32Array(argsLength), () => {
        calls++;
        packing.repack(from, before, changed);
        packing.pack(from.cells, words);
        packing.unpack(words, cells);
        expect(changed).toEqual(words);
        expect(cells).toEqual(from.cells);
        packing.unpackInTurn(words, cells.fill(-1));
        expect(cells).toEqual(from.cells);
        if (deeper) {
          state = from.fork();
          looked(false);
        }
        from.undo();
      });
    };
    looked(true);
    expect(calls, nameOf(world)).toBeGreaterThan(10);
  }
});

test('a number that a cell cannot hold is never cut short', () => {
  const { system, start } = opened(worlds[0] as (typeof worlds)[number]);
  const packing = new Packing(system.layout);
  start.cells[system.layout.base.host] = 4;
  expect(() => {
    packing.pack(start.cells, new Int32Array(packing.words));
  }).toThrow('unreachable: cell 0 cannot hold 4');
});
