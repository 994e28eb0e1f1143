/**
 * `npm run necessity [-- CLAUSE…]`: leaves out every guard in turn, and writes down what breaks without it, in the
 * fewest calls, under `counterexamples/`. A guard that nothing misses is printed, and fails the command.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { clauses } from '../../spec/clauses.generated.ts';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import type { Profile } from '../../spec/profile.ts';
import { profiles } from '../../spec/profiles/all.ts';
import { counterexampleFormat, parseCounterexample } from '../../search/counterexamples/file.ts';
import { writtenText } from '../../search/counterexamples/format.ts';
import { defaultEffort, distinctGuards, flawOf, guardsOf, mutateGuard } from '../../search/guards/mutation.ts';
import type { Effort } from '../../search/guards/mutation.ts';
import type { LeftOut } from '../../search/judge/counterexample.ts';
import { scopeNamed, suitesOf } from '../../search/scopes/suites.ts';
import type { Suite } from '../../search/scopes/suite.ts';
import type { Scope } from '../../search/scopes/linux.ts';
import { exitStatus, print } from '../output.ts';

const folder = join(import.meta.dirname, '../../counterexamples/rules');
const wanted = new Set(process.argv.slice(2));

/**
 * The guards to leave out, each under the first profile that has it, with the scopes of that profile: all those of the
 * profiles that are drawn by default, and of the others those with a clause of their own.
 */
function work(): { readonly profile: Profile; readonly scopes: readonly Scope[]; readonly without: LeftOut }[] {
  const safe = (name?: string): Suite[] => suitesOf(name).filter((suite) => !suite.unsafe);
  const usual = new Set(safe().map(({ profile }) => profile));
  const suites = [...safe(), ...[...profiles.keys()].flatMap(safe)];
  const known = new Set([...usual].flatMap(guardsOf).map(({ clause }) => clause));
  return distinctGuards([...new Set(suites.map(({ profile }) => profile))])
    .filter(({ profile, without }) => usual.has(profile) || !known.has(without.clause))
    .filter(({ without }) => wanted.size === 0 || wanted.has(without.clause))
    .map(({ profile, without }) => {
      const scopes = new Set(suites.filter((one) => one.profile === profile).map((one) => one.scope));
      return { profile, scopes: [...scopes], without };
    });
}

/** For what few sequences come to. */
const harder: Effort = { ...defaultEffort, runs: 20 * defaultEffort.runs, length: 300, finds: 4 };

const missed: string[] = [];
for (const { profile, scopes, without } of work()) {
  const begun = performance.now();
  const first = await mutateGuard(profile, scopes, without);
  const { found } = first.found ? first : await mutateGuard(profile, scopes, without, harder);
  const title = `${without.call.padEnd(26)}${without.clause.padEnd(28)}`;
  const seconds = `${((performance.now() - begun) / 1000).toFixed(1)} s`;
  if (found === undefined) {
    missed.push(`${without.call}: ${without.clause}`);
    print(`${title}nothing misses it  ${seconds}`);
    continue;
  }
  const { counterexample, shortest } = found;
  const scope = scopeNamed(counterexample.scope);
  const flaw = scope && flawOf(profile, scope, counterexample);
  const proof = shortest === 'proven' ? 'shortest' : 'shortest found';
  print(
    `${title}${counterexample.breaks.padEnd(22)}${String(counterexample.calls.length).padStart(2)} calls, ${proof}  ${seconds}${flaw ? `  FLAW: ${flaw}` : ''}`,
  );
  if (flaw !== undefined) {
    missed.push(`${without.call}: ${without.clause}`);
    continue;
  }
  forget(without);
  const room = join(folder, chapterOf(without.clause));
  mkdirSync(room, { recursive: true });
  const file = join(room, `${counterexample.name}.json`);
  // A clause that several calls check has a counterexample for each of them.
  const name = existsSync(file) ? `${without.call.replaceAll('_', '-')}-${counterexample.name}` : counterexample.name;
  const text = writtenText(counterexampleFormat, { ...counterexample, name }, '../../../docs/schemas/');
  writeFileSync(join(room, `${name}.json`), text);
}
if (missed.length > 0)
  print(`\n${missed.length} guards that nothing misses:\n${missed.map((one) => `  ${one}`).join('\n')}`);
process.exitCode = missed.length > 0 ? exitStatus.violated : exitStatus.holds;

/** The chapter that a clause belongs to, whose calls have a page of their own. */
function chapterOf(id: ClauseId): string {
  return clauses[id].chapter.replace(/-(calls|checks)$/, '');
}

/** Removes what was found for this guard before. */
function forget({ call, clause }: LeftOut): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.json')) continue;
    const known = parseCounterexample(readFileSync(join(folder, name), 'utf8'));
    const isOfGuard = typeof known !== 'string' && known.without?.call === call && known.without.clause === clause;
    if (isOfGuard) unlinkSync(join(folder, name));
  }
}
