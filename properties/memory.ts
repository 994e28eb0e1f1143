/** Memory: who owns a page, who reaches it, and what is in it when it changes hands. */
import { conservation } from './memory/conservation.ts';
import { contents } from './memory/contents.ts';
import { ownership } from './memory/ownership.ts';
import { records } from './memory/records.ts';
import { steps } from './memory/steps.ts';
import type { Property } from './property.ts';

/** What is lost is told before what is merely out of order: where several laws break at once, the first is reported. */
export const memory: readonly Property[] = [...contents, ...ownership, ...conservation, ...records, ...steps];
