/**
 * `npm run necessity [-- CLAUSE…]`: leaves out every guard in turn, and writes down what breaks without it, in the
 * fewest calls, under `counterexamples/`. A guard that nothing misses is printed, and fails the command.
 */
import { mkdirSync, readdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Step } from '../../spec/rule.ts';
import { flawOf, guardsOf, necessityOf } from '../../properties/necessity.ts';
import type { LeftOut } from '../../properties/counterexample.ts';
import { suitesOf, worldNamed } from '../../properties/suites.ts';
import type { Suite } from '../../properties/suites.ts';
import { exitStatus, print } from '../output.ts';

const folder = join(import.meta.dirname, '../../counterexamples');
const wanted = new Set(process.argv.slice(2));

/** The guards to leave out, each under the first profile that has it, with the worlds of that profile. */
function work(): { readonly suite: Suite; readonly worlds: readonly Suite['named'][]; readonly without: LeftOut }[] {
  const suites = suitesOf().filter((suite) => !suite.unsafe);
  const known = new Set<Step>();
  return [...new Map(suites.map((suite) => [suite.profile.name, suite])).values()].flatMap((suite) => {
    const worlds = suites.filter((one) => one.profile === suite.profile).map((one) => one.named);
    return guardsOf(suite.profile)
      .filter(({ call, clause }) => {
        const step = suite.profile.rules.get(call)?.guards.find((one) => one.clause === clause);
        if (step === undefined || known.has(step)) return false;
        known.add(step);
        return wanted.size === 0 || wanted.has(clause);
      })
      .map((without) => ({ suite, worlds, without }));
  });
}

const missed: string[] = [];
mkdirSync(folder, { recursive: true });
for (const { suite, worlds, without } of work()) {
  const begun = performance.now();
  const { found } = necessityOf(suite.profile, worlds, without);
  const title = `${without.call.padEnd(26)}${without.clause.padEnd(28)}`;
  const seconds = `${((performance.now() - begun) / 1000).toFixed(1)} s`;
  if (found === undefined) {
    missed.push(`${without.call}: ${without.clause}`);
    print(`${title}nothing misses it  ${seconds}`);
    continue;
  }
  const { counterexample, shortest } = found;
  const named = worldNamed(counterexample.world);
  const flaw = named && flawOf(suite.profile, named, counterexample);
  const proof = shortest === 'proven' ? 'shortest' : 'shortest found';
  print(
    `${title}${counterexample.breaks.padEnd(22)}${String(counterexample.calls.length).padStart(2)} calls, ${proof}  ${seconds}${flaw ? `  FLAW: ${flaw}` : ''}`,
  );
  for (const old of readdirSync(folder)) {
    if (old.startsWith(`${without.clause.toLowerCase()}.`)) unlinkSync(join(folder, old));
  }
  writeFileSync(join(folder, `${counterexample.name}.json`), `${JSON.stringify(counterexample, null, 2)}\n`);
}
if (missed.length > 0)
  print(`\n${missed.length} guards that nothing misses:\n${missed.map((one) => `  ${one}`).join('\n')}`);
process.exitCode = missed.length > 0 ? exitStatus.violated : exitStatus.holds;
