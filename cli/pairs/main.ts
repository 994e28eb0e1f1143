/**
 * `npm run pairs`: looks, under every profile, for pairs of guards that fail together, in the scopes of the rules and in
 * that of a hunt, and writes those that it has seen. A pair that is not among them may still be possible: what is kept
 * is what was sampled.
 */
import { writeFileSync } from 'node:fs';
import { byTheRules, describedAs } from '../../search/conformance/campaign/by-the-rules.ts';
import { Campaign } from '../../search/conformance/campaign/campaign.ts';
import { isOfOwnership } from '../../search/conformance/check.ts';
import { seedFor } from '../../search/engine/seeds.ts';
import { Walk } from '../../search/generate/walk.ts';
import { tellablePairs } from '../../search/judge/failing.ts';
import { knownPairs, nameOfPair, pairsIn } from '../../search/judge/pairs.ts';
import type { Pair } from '../../search/judge/pairs.ts';
import { systemOf } from '../../search/rules/systems.ts';
import { nameOf } from '../../search/scopes/suite.ts';
import type { Suite } from '../../search/scopes/suite.ts';
import { suitesOf } from '../../search/scopes/suites.ts';
import type { Profile } from '../../spec/profile.ts';
import { profiles } from '../../spec/profiles/all.ts';
import { print } from '../output.ts';

const seed = 2028;
/** Sequences in each scope, as many with goals as without, and the calls of each. */
const [runs, calls] = [400, 300];
/** Sequences of a hunt, on a machine that makes what is used young, and on one that does not. */
const [hunts, callsOfHunt] = [40, 3000];

/** Nothing is judged: only what is answered matters. */
function pairsOfScope(suite: Suite): readonly Pair[] {
  const system = systemOf(suite.profile, suite.scope.config);
  return [true, false].flatMap((goals) => {
    const walk = new Walk(system, suite.scope, [], { goals });
    for (let run = 0; run < runs; run++) walk.run(seedFor(seed, nameOf(suite), run), calls);
    return pairsIn(walk.coverage.report());
  });
}

async function pairsOfHunts(profile: Profile): Promise<readonly Pair[]> {
  if (!profile.rules.has('host_share_hyp')) return [];
  const about = describedAs(profile);
  // A root of several tables, which has to be aligned.
  const sizes = { ...about.sizes, pgdPages: 2 };
  const seen: Pair[] = [];
  for (const hardwareAccessFlag of [true, false]) {
    const description = { ...about, sizes, features: { ipaBits: 48, hardwareAccessFlag } };
    const target = byTheRules(profile, description);
    const campaign = new Campaign([target], description, { profile, length: callsOfHunt, statesEvery: callsOfHunt });
    const { coverage } = await campaign.fuzz({ seed, runs: hunts, until: Infinity });
    seen.push(...pairsIn(coverage.report()));
  }
  return seen;
}

const file = new URL('../../search/judge/pairs.generated.ts', import.meta.url);

/** For each profile and call: the guard that refuses, and those that fail too. */
function written(found: ReadonlyMap<string, ReadonlyMap<string, Pair>>): string {
  const byProfile: Record<string, Record<string, Record<string, string>>> = {};
  for (const [profile, pairs] of found) {
    const ofProfile: Record<string, Record<string, string>> = (byProfile[profile] = {});
    for (const name of [...pairs.keys()].sort()) {
      const { call, first, other } = pairs.get(name) as Pair;
      const ofCall = (ofProfile[call] ??= {});
      ofCall[first] = first in ofCall ? `${ofCall[first] ?? ''} ${other}` : other;
    }
  }
  const type = 'Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>';
  return [
    '// Written by `npm run pairs`: do not edit.',
    '/** For each profile, call and guard that refuses: the guards that were seen to fail there too. */',
    `export const pairsByProfile: ${type} = ${JSON.stringify(byProfile, undefined, 1)};`,
    '',
  ].join('\n');
}

const found = new Map<string, ReadonlyMap<string, Pair>>();
// Where any refusal is as good as another, answers tell no order.
for (const profile of [...profiles.values()].filter((one) => !isOfOwnership(one))) {
  const suites = suitesOf(profile.name);
  const pairs = [...suites.flatMap(pairsOfScope), ...(await pairsOfHunts(profile))];
  const unique = new Map(pairs.map((pair) => [nameOfPair(pair), pair]));
  if (unique.size > 0) found.set(profile.name, unique);
  const before = new Set(knownPairs(profile.name).map(nameOfPair));
  const lost = [...before].filter((name) => !unique.has(name));
  const [suite] = suites;
  const system = suite && systemOf(profile, suite.scope.config);
  const tellable = [...(system?.rules.values() ?? [])].reduce(
    (sum, rule) => sum + tellablePairs(rule).reduce((some, one) => some + one, 0),
    0,
  );
  print(`${profile.name.padEnd(28)}${unique.size} of ${tellable} pairs with different errors fail together`);
  if (lost.length > 0) print(`  known before, and not seen now: ${lost.join('; ')}`);
}
writeFileSync(file, written(found));
