/** What the proofs say of guards that are left out: of all, as a table, or of one, as a story. */
import { writeFileSync } from 'node:fs';
import type { Profile } from '../../spec/profile.ts';
import { guardsOf, partOf, without } from '../../search/prove/guards.ts';
import type { GuardPart } from '../../search/prove/guards.ts';
import { inductionOf } from '../../search/prove/induction.ts';
import { guardsPath } from '../../search/prove/results.ts';
import { exitStatus, fail, print } from '../output.ts';
import { nearest } from '../nearest.ts';
import { root } from '../generate/inputs.ts';
import { toldInduction } from './told.ts';

const kinds = ['needed', 'strays', 'implied', 'never refuses', 'idle', 'open'] as const;

/** Returns the exit status. Throws a SolverError where z3 cannot be asked. */
export async function leaveOut(profiles: readonly Profile[], isKept: boolean): Promise<number> {
  const results: Record<string, GuardPart[]> = {};
  for (const profile of profiles) {
    const parts: GuardPart[] = [];
    for (const [rule, guard] of guardsOf(profile))
      parts.push({ call: rule.call, clause: guard.clause, part: await partOf(profile, rule, guard) });
    results[profile.name] = parts;
    const counts = kinds.map((kind) => `${parts.filter(({ part }) => part.kind === kind).length} ${kind}`);
    print(`${profile.name.padEnd(18)}${parts.length} guards: ${counts.join(', ')}`);
  }
  if (isKept) writeFileSync(new URL(guardsPath, root), `${JSON.stringify(results, undefined, 2)}\n`);
  return exitStatus.holds;
}

/** Returns the exit status: 1 where nothing breaks. Throws a SolverError where z3 cannot be asked. */
export async function tellWithout(profiles: readonly Profile[], clause: string): Promise<number> {
  const known = profiles.flatMap((profile) => guardsOf(profile).map(([rule, guard]) => ({ profile, rule, guard })));
  const asked = known.filter(({ guard }) => guard.clause === clause);
  if (asked.length === 0) {
    const close = nearest(clause, new Set(known.map(({ guard }) => guard.clause)));
    fail(`no guard ${clause}${close.length === 0 ? '' : `; did you mean ${close.join(' or ')}?`}`);
  }
  for (const { profile, rule, guard } of asked) {
    const found = await inductionOf(profile, without(rule, guard));
    if (found === undefined) continue;
    if (found === 'strays') {
      print(`${profile.name}: ${rule.call} without ${clause} touches a record that is not there.`);
      return exitStatus.holds;
    }
    print([`${profile.name}: ${rule.call} without ${clause}`, ...toldInduction(found)].join('\n'));
    return exitStatus.holds;
  }
  const { waiver } = asked[0]?.guard ?? {};
  print(`Without ${clause} no invariant breaks${waiver === undefined ? '' : `: ${waiver}`}.`);
  return exitStatus.violated;
}
