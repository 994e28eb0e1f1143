/** What a target says of itself, before anything is asked of it: its calls have to be known, and its sizes named. */
import type { Profile } from '../../../spec/profile.ts';
import { profiles } from '../../../spec/profiles/all.ts';
import type { EventTargetDescription } from '../../../spec/target.ts';
import { isOfOwnership } from '../check.ts';
import { isWorded } from '../write.ts';

/** Nothing can be asked of the target. The message is one line for whoever wrote it. */
export class CannotFuzz extends Error {}

/** The calls of which transcripts say how they are answered. */
const linux = [...profiles.values()].filter(({ name }) => name.startsWith('linux-'));
const told = new Set(linux.flatMap(({ rules }) => [...rules.keys()]));

const needed = ['kvmPages', 'vcpuPages', 'hypVmPages', 'hypVcpuPages', 'pgdPages'];
const mostPages = 512;
const listed = (names: Iterable<string>): string => [...names].sort().join(', ');

/** The description with the calls alone that can be asked. Throws CannotFuzz. */
export function fit(description: EventTargetDescription, profile: Profile): EventTargetDescription {
  const { rules, name } = profile;
  const known = new Set([...told, ...(profiles.get(description.profile) ?? profile).rules.keys(), ...rules.keys()]);
  const unknown = description.calls.filter((call) => !known.has(call));
  if (unknown.length > 0) {
    throw new CannotFuzz(`no profile has the calls ${listed(unknown)}; ${name} has ${listed(rules.keys())}`);
  }
  const calls = [...new Set(description.calls)].filter((call) => {
    const rule = rules.get(call);
    return told.has(call) && rule !== undefined && isWorded(rule);
  });
  if (calls.length === 0) {
    throw new CannotFuzz(`the target has none of the calls that ${name} can be asked: ${listed(rules.keys())}`);
  }
  if (calls.includes('init_vm') && !isOfOwnership(profile)) checkSizes(description);
  return { ...description, profile: name, calls };
}

function checkSizes({ sizes, profile }: EventTargetDescription): void {
  const wanted = profile === 'linux-6.12' ? needed : [...needed, 'memcacheMin'];
  const missing = wanted.filter((name) => sizes?.[name] === undefined);
  if (missing.length > 0) throw new CannotFuzz(`a target that has init_vm says its sizes: ${missing.join(', ')}`);
  const wrong = needed.find((name) => !((sizes?.[name] ?? 0) >= 1 && (sizes?.[name] ?? 0) <= mostPages));
  if (wrong !== undefined) throw new CannotFuzz(`${wrong} is a number of pages from 1 to ${mostPages}`);
}
