/** The world that a user names by its profile and its scope. */
import { profiles } from '../../spec/profiles/all.ts';
import type { Profile } from '../../spec/profile.ts';
import { worldsOf } from '../../search/export/world.ts';
import type { World } from '../../search/export/world.ts';
import { nearest } from '../nearest.ts';
import { fail } from '../output.ts';

export function worldAsked(profile: string, scope: string): World {
  const worlds = worldsOf(profileAsked(profile).name);
  const names = worlds.map((world) => world.scope.name);
  return worlds[names.indexOf(scope)] ?? fail(`${profile} has no scope ${scope}; ${others(scope, names)}`);
}

/** The profile of this name; where there is none, the nearest names are told. */
export const profileAsked = (profile: string): Profile =>
  profiles.get(profile) ?? fail(`no profile ${profile}; ${others(profile, [...profiles.keys()])}`);

function others(given: string, names: readonly string[]): string {
  const close = nearest(given, names);
  return close.length > 0 ? `did you mean ${close.join(' or ')}?` : `there are ${names.join(', ')}`;
}
