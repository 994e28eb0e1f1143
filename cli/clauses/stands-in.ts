/** In which profiles a guard stands, and which have the call without it. */
import type { Profile } from '../../spec/profile.ts';
import { guardUses } from '../generate/evidence.ts';

/** One line, or two where other profiles have the call without the guard; none for what is no guard of a call. */
export function standsIn(profiles: readonly Profile[], call: string, clause: string, words: string): string[] {
  const having = profiles.filter(({ rules }) => rules.has(call));
  if (having.length === 0) return [];
  const isGuarded = (profile: Profile, said?: string): boolean =>
    guardUses([profile]).some(
      (use) => use.call === call && use.clause === clause && (said === undefined || use.words.includes(said)),
    );
  const guarded = having.filter((profile) => isGuarded(profile, words));
  const open = having.filter((profile) => !isGuarded(profile));
  return [
    `  in ${guarded.map(({ name }) => name).join(', ')}`,
    ...(open.length === 0 ? [] : [`  without it: ${open.map(({ name }) => name).join(', ')}`]),
  ];
}
