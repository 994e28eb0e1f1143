/** The device that a state of booting stands for, and the state that a device is in. */
import { answerOn, bootCalls } from '../../model/boot/calls.ts';
import type { Device, Release } from '../../model/boot/device.ts';
import { noBoot } from '../../spec/boot/config.ts';
import { initialState } from '../../spec/state.ts';
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { Reader } from './boot-read.ts';
import { Writer } from './boot-write.ts';
import { Cells } from './cells.ts';
import { twin } from './twin.ts';
import type { Twin } from './twin.ts';

const newer: Release = { salts: 'of instance ids', usual: 'RECORD', hasLoader: false, readsTreeLast: false };
const releases: Readonly<Record<string, Release>> = {
  'avf-13': { ...newer, salts: 'random', hasLoader: true },
  'avf-14': { ...newer, salts: 'random' },
  'avf-15': newer,
  'avf-2026': { ...newer, usual: 'EPHEMERAL', readsTreeLast: true },
};

export function bootTwin({ profile, layout, config }: TransitionSystem): Twin | undefined {
  const release = releases[profile.name];
  const boot = config.boot ?? noBoot;
  if (release === undefined || boot === noBoot) return undefined;
  const start = initialState(layout).cells;
  return twin<Device>({
    name: 'boot',
    calls: bootCalls.filter((call) => profile.rules.has(call)),
    read: (cells) => new Reader(boot, new Cells(layout, cells), release).device(),
    write: (device, cells) => {
      cells.set(start);
      new Writer(boot, new Cells(layout, cells)).device(device);
    },
    answer: answerOn,
  });
}
