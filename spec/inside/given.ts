/** What a configuration says of the files of a guest, as numbers. */
import type { Config } from '../config.ts';
import type { Attribute, Quantity } from '../given.ts';
import { anonymousOf, noInside } from './config.ts';
import type { GuestFile, InsideConfig } from './config.ts';

const insideOf = (config: Config): InsideConfig => config.inside ?? noInside;

export const insideQuantities = {
  guestFiles: { words: 'the number of files', read: (config) => insideOf(config).files.length },
  anonymous: { words: 'anonymous memory', read: (config) => anonymousOf(insideOf(config)) },
  areas: { words: 'the number of areas', read: (config) => insideOf(config).areas },
  capable: {
    words: 'the payload [has] the capability to administer the system',
    flag: true,
    read: (config) => Number(insideOf(config).capable === true),
  },
} as const satisfies Record<string, Quantity>;

/** `otherwise` is what holds of anonymous memory, of which other rules speak. */
const ofFile = (words: string, otherwise: number, read: (file: GuestFile) => boolean): Attribute => ({
  words,
  flag: true,
  otherwise,
  over: (config) => [insideOf(config).files.length],
  read: (config, file = 0) => Number(read(insideOf(config).files[file] as GuestFile)),
});

export const insideAttributes = {
  mayRead: ofFile('the payload [may] read {file}', 1, ({ allows }) => allows.includes('read')),
  mayWrite: ofFile('the payload [may] write {file}', 1, ({ allows }) => allows.includes('write')),
  mayExecute: ofFile('the payload [may] execute {file}', 1, ({ allows }) => allows.includes('execute')),
  noExec: ofFile('{file} [lies] on a non-executable mount', 0, ({ noExec }) => noExec),
  holdsSecret: ofFile("{file} [gives] the guest's secrets", 0, ({ secret }) => secret),
} as const satisfies Record<string, Attribute>;
