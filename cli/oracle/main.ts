/** `npm run oracle [-- RUNS [SEED]]`: holds our reader of CBOR against another library on mutated encodings. */
import { askOracle } from '../../search/evidence/cbor-oracle.ts';
import { exitStatus, fail, print } from '../output.ts';

const [runs = 20_000, seed = 1] = process.argv.slice(2).map((text) => {
  if (!/^\d{1,9}$/.test(text)) fail(`npm run oracle takes a number of runs and a seed, got ${text}`);
  return Number(text);
});
try {
  const { accepted, refused, bytes } = askOracle(runs, seed);
  print(`${accepted} encodings read alike and ${refused} refused, ${bytes} bytes in all, seed ${seed}`);
} catch (error) {
  print((error as Error).message);
  process.exitCode = exitStatus.violated;
}
