/** Every profile by its name. */
import type { Profile } from '../profile.ts';
import { android14, android15 } from './android.ts';
import { android16 } from './android16-6.12.ts';
import { android16AsShipped } from './android16-6.12-as-shipped.ts';
import { attest15 } from './attest-15.ts';
import { avf13 } from './avf-13.ts';
import { avf14 } from './avf-14.ts';
import { avf15 } from './avf-15.ts';
import { avf2026 } from './avf-2026.ts';
import { cids13, cids15, cids2025, cidsCyclic, cidsForgetful, cidsSplit, cidsStrict } from './cids.ts';
import { guest15 } from './guest-15.ts';
import { interrupts73 } from './interrupts-7.3.ts';
import { device15 } from './device-15.ts';
import { linux61 } from './linux-6.1.ts';
import { linux612 } from './linux-6.12.ts';
import { linux72 } from './linux-7.2.ts';
import { linux73 } from './linux-7.3.ts';
import { linux74 } from './linux-7.4.ts';
import { ownership } from './ownership.ts';
import { system15 } from './system-15.ts';
import { authfs15, images15, store13, store15 } from './storage.ts';

export const profiles: ReadonlyMap<string, Profile> = new Map(
  [
    linux73,
    linux74,
    linux72,
    linux612,
    linux61,
    ownership,
    android16,
    android16AsShipped,
    cidsStrict,
    cidsCyclic,
    cidsSplit,
    cidsForgetful,
    cids13,
    cids15,
    cids2025,
    android15,
    android14,
    avf15,
    avf14,
    avf13,
    avf2026,
    attest15,
    images15,
    authfs15,
    store15,
    store13,
    guest15,
    device15,
    interrupts73,
    system15,
  ].map((profile) => [profile.name, profile]),
);
