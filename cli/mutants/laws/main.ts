/**
 * `npm run mutants:laws`: for each law of the rules that no counterexample breaks, a mistake in the rules that does: the
 * one that is written down, if it still does, or else the first. What is found is written down; `npm run generate` makes a part of docs/laws/ of it.
 */
import { allMutants } from '../../../mutants/rules/all.ts';
import { nameOfLaw } from '../../../mutants/rules/breaker.ts';
import { breakersOf, isBrokenAsWritten } from '../../../mutants/rules/breaking.ts';
import { casesOf } from '../../../mutants/rules/laws.ts';
import { isLaw } from '../../../properties/property.ts';
import { shownIn } from '../../generate/breakers.ts';
import { evidenceIn } from '../../generate/generate.ts';
import { readInputs, ruleMutants } from '../../generate/inputs.ts';
import { exitStatus, print } from '../../output.ts';
import { caseSeed } from '../killers.ts';
import { keepBreakers, readBreakers } from './result.ts';

const { evidence } = evidenceIn(readInputs());
const shown = shownIn(evidence.counterexamples);
const told = new Set(evidence.properties.map(nameOfLaw));
const cases = casesOf(caseSeed);
const ofRules = new Set(cases.flatMap(({ properties }) => properties.filter(isLaw).map(nameOfLaw)));
const names = [...ofRules].filter((name) => told.has(name));
const wanted = names.filter((name) => !shown.has(name));
const mutants = allMutants();
const known = [...readBreakers(ruleMutants)].filter(
  ([law, breaker]) => wanted.includes(law) && isBrokenAsWritten(cases, mutants, law, breaker),
);
const kept = new Map(known);
const found = new Map([...kept, ...breakersOf(cases, mutants, (law) => wanted.includes(law) && !kept.has(law))]);
keepBreakers(ruleMutants, found);
const missed = wanted.filter((name) => !found.has(name));
for (const [law, { mistake }] of found) print(`${law}\n  ${mistake}`);
for (const law of missed) print(`nothing breaks it: ${law}`);
print(
  `${names.length} laws of rules, ${names.length - wanted.length} broken in counterexamples, ${found.size} by other mistakes`,
);
process.exitCode = missed.length > 0 ? exitStatus.violated : exitStatus.holds;
