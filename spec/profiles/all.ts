/** Every profile by its name. */
import type { Profile } from '../profile.ts';
import { android16, android16AsShipped } from './android16-6.12.ts';
import { cidsCyclic, cidsForgetful, cidsSplit, cidsStrict } from './cids.ts';
import { linux61 } from './linux-6.1.ts';
import { linux612 } from './linux-6.12.ts';
import { linux72 } from './linux-7.2.ts';
import { linux73 } from './linux-7.3.ts';

export const profiles: ReadonlyMap<string, Profile> = new Map(
  [
    linux73,
    linux72,
    linux612,
    linux61,
    android16,
    android16AsShipped,
    cidsStrict,
    cidsCyclic,
    cidsSplit,
    cidsForgetful,
  ].map((profile) => [profile.name, profile]),
);
