/** The state inside a guest: the memory areas of the payload, and what it has written. */
import { none } from '../config.ts';

/** What an area allows; each can be read. */
export const protections = ['R', 'RW', 'RX', 'RWX'] as const;

export const insideFamilies = { area: ['area'], file: ['file'], inside: [] } as const;

export const insideFields = {
  /** What an area is a mapping of: a file by its number, or anonymous memory; `none` where there is no area. */
  areaFile: { over: 'area', name: 'what {area} maps', start: none },
  areaShared: { over: 'area', flag: '{area} [is] shared' },
  areaProt: { over: 'area', name: 'the protection of {area}', values: protections },
  /** 1 where the kernel knows that the area has pages of its own in place of those of its file. */
  areaModified: { over: 'area', flag: '{area} [is] marked as modified' },
  /** 1 where the payload has written to pages of the area that are its own, or anonymous. */
  areaTouched: { over: 'area', flag: '{area} [holds] what the payload has written' },
  fileTouched: { over: 'file', flag: '{file} [holds] what the payload has written' },
  remounted: { over: 'inside', flag: 'the mounts of the guest [allow] execution' },
  rawSecret: { over: 'inside', flag: 'the payload [has] the secrets of its guest' },
} as const;
