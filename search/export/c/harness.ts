/** The checks of a profile, as C files by their names. */
import type { FieldName } from '../../../spec/fields.ts';
import { fieldNames } from '../../../spec/fields.ts';
import type { TransitionSystem } from '../../../spec/transition-system.ts';
import { opened } from '../world.ts';
import type { World } from '../world.ts';
import { identifier } from '../names.ts';
import { checkText } from './check.ts';
import { headerText } from './header.ts';
import { bindings } from './linux.ts';
import { runnerText } from './runner.ts';

/** The profiles of which it is known which function decides each call. */
export const boundProfiles: readonly string[] = ['linux-7.3'];

export function harness(world: World): ReadonlyMap<string, string> {
  const { system } = opened(world);
  const calls = Object.keys(bindings).filter((call) => system.profile.rules.has(call));
  const checks = calls.map((call) => [`check_${call}.c`, checkOf(call, system)] as const);
  const texts = checks.map(([, text]) => text).join('\n');
  const read = fieldNames.filter((field: FieldName) => texts.includes(`read_${identifier(field)}(`));
  const prototypes = calls.map((call) => bindings[call]?.prototype ?? '');
  return new Map([['spec.h', headerText(calls, prototypes, read, system)], ...checks, ['run.c', runnerText(calls)]]);
}

function checkOf(call: string, system: TransitionSystem): string {
  const [rule, binding] = [system.profile.rules.get(call), bindings[call]];
  if (rule === undefined || binding === undefined) throw new Error(`unreachable: no call ${call}`);
  return checkText(rule, binding, system);
}
