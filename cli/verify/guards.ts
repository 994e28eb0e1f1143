/** The check of a clause that is a guard: it is left out wherever a call has it, and a property must then break. */
import { defaultEffort, distinctGuards, mutateGuard } from '../../search/guards/mutation.ts';
import type { DistinctGuard } from '../../search/guards/mutation.ts';
import { suitesOf } from '../../search/scopes/suites.ts';
import { plantTasks } from './planted.ts';
import type { Shown } from './planted.ts';
import type { VerifyOptions } from './result.ts';
import type { Task } from './task.ts';

/** The guards of this clause that are to be left out, each under the first profile that has it. */
export function guardsFor({ clause, profile }: VerifyOptions): readonly DistinctGuard[] {
  if (clause === undefined) return [];
  const asked = [...new Set(suitesOf(profile).map((suite) => suite.profile))];
  return distinctGuards(asked).filter(({ without }) => without.clause === clause);
}

/** Why a guard of this clause has no counterexample, where it says so. */
export const waiverOf = ({ clause, profile }: VerifyOptions): string | undefined =>
  suitesOf(profile)
    .flatMap((suite) => [...suite.profile.rules.values()].flatMap(({ guards }) => guards))
    .flatMap((step) => (step.clause === clause && step.kind === 'must' ? [step.waiver] : []))
    .find((waiver) => waiver !== undefined);

export const guardTasks = (options: VerifyOptions): readonly Task[] =>
  plantTasks(
    'guards',
    'guard',
    guardsFor(options).map((guard) => () => leaveOut(guard, options)),
    options,
  );

async function leaveOut({ profile, without }: DistinctGuard, options: VerifyOptions): Promise<Shown> {
  const suites = suitesOf(options.profile).filter((suite) => suite.profile === profile && !suite.unsafe);
  const scopes = suites.map(({ scope }) => scope);
  const { found } = await mutateGuard(profile, scopes, without, defaultEffort);
  const where = `${profile.name}: ${without.call} without ${without.clause}`;
  if (found === undefined) return { shows: false, line: `nothing breaks under ${where}`, runs: 1 };
  const { breaks, calls } = found.counterexample;
  const written = calls.map(({ call, args }) => `${call}(${Object.values(args).join(', ')})`).join(', ');
  return { shows: true, line: `${where}: ${breaks} breaks by ${written}`, runs: 1 };
}
