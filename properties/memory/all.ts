/** Memory: who owns a page, who reaches it, and what is in it when it changes hands. */
import { conservation } from './conservation.ts';
import { contents, hostReadsCode } from './contents.ts';
import { ownership } from './ownership.ts';
import { records } from './records.ts';
import { steps } from './steps.ts';
import type { TransitionSystem } from '../../spec/transition-system.ts';
import type { Property } from '../property.ts';

/** What is lost is told before what is merely out of order: where several laws break at once, the first is reported. */
export const memory: readonly Property[] = [...contents, ...ownership, ...conservation, ...records, ...steps];

/** Where a page of the hypervisor's code has a number, the host is seen to read it. */
export const memoryOf = ({ config }: TransitionSystem): readonly Property[] =>
  config.pages.some(({ kind }) => kind === 'hypcode') ? [...memory, hostReadsCode] : memory;
