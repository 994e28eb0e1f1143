/**
 * `npm run vectors:strength`: plants each mistake in a plain verifier, and looks for a case of the corpus that shows it.
 * With --write what is found is written down; `npm run generate` makes docs/vectors-strength.md of it.
 */
import { verifierWith } from '../../mutants/vectors/planted.ts';
import { survivorsOf, tryAll, wrongOn } from '../../mutants/vectors/strength.ts';
import { corpusOf, planOf } from '../../search/evidence/corpus.ts';
import { exitStatus, fail, print } from '../output.ts';
import { keepStrength, readStrength } from './result.ts';

const [option, ...others] = process.argv.slice(2);
if (others.length > 0 || (option !== undefined && option !== '--write'))
  fail(`vectors:strength takes --write, got ${process.argv.slice(2).join(' ')}`);

const cases = [...corpusOf(planOf(1, 0, 1))];
print(`${cases.length} cases`);
const plain = verifierWith();
const wrong = cases.filter((one) => wrongOn(plain, one) !== undefined);
for (const { tcId, comment, options, verdict } of wrong)
  print(`the plain verifier disagrees: ${tcId} ${comment} (${options}): ${verdict}`);

const strength = tryAll(cases, readStrength().tried, ({ id, killer }) => {
  if (killer === undefined) print(`not found: ${id}`);
});
const survivors = survivorsOf(strength);
for (const { id, does, equivalent } of survivors) {
  print(equivalent === undefined ? `nothing shows ${id}: it ${does}` : `${id} is said to be equivalent, and is not`);
}
const found = strength.tried.filter(({ killer }) => killer !== undefined).length;
print(
  `${found} of ${strength.tried.length} mistakes found, ${strength.tried.length - found - survivors.length} equivalent`,
);
if (option === '--write') keepStrength(strength);
process.exitCode = survivors.length + wrong.length > 0 ? exitStatus.violated : exitStatus.holds;
