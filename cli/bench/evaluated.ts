/**
 * The rules as a page has them, whose policy lets no text become a function: run in a process of its own, in which none
 * may either.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { allProperties } from '../../properties/chapters.ts';
import { Replay } from '../../search/judge/replay.ts';
import { readCall } from '../../search/judge/written-call.ts';
import { full } from '../../search/scopes/linux.ts';
import { mayMakeFunctions } from '../../spec/language/functions.ts';
import { linux73 } from '../../spec/profiles/linux-7.3.ts';
import { TransitionSystem } from '../../spec/transition-system.ts';
import { rate } from './measure.ts';

const here = fileURLToPath(import.meta.url);

/** Steps per second. */
export function evaluatedRate(): number {
  const flags = ['--disallow-code-generation-from-strings', '--import', 'tsx', here];
  return Number(execFileSync(process.execPath, flags, { encoding: 'utf8' }));
}

/** Calls of which each takes back what the one before it did, every invariant on. */
function measured(steps: number): number {
  const system = new TransitionSystem(linux73, full.config);
  const replay = new Replay(system, full, allProperties(system));
  const both = ['host_share_hyp', 'host_unshare_hyp'].map((call) =>
    readCall(system, { call, cpu: 0, args: { page: 'P11' } }),
  );
  const calls = Array.from({ length: 1000 }, (_, i) => both[i % 2] as (typeof both)[number]);
  return rate((share) => {
    const before = replay.steps;
    while (replay.steps - before < steps * share) {
      const broken = replay.run(calls);
      if (broken !== undefined) throw new Error(`unreachable: ${broken.violation.property.clause} breaks`);
    }
    return replay.steps - before;
  });
}

if (process.argv[1] === here) {
  if (mayMakeFunctions) throw new Error('unreachable: a function may be made of text here');
  process.stdout.write(String(measured(100_000)));
}
