/** `--shard` of the commands that `npm run` has. */
import { parseArgs } from 'node:util';
import { fail } from '../output.ts';
import { readShard } from './options.ts';
import type { Shard } from './options.ts';

/** The shard that is asked for, and the other words; `options` are flags that a command has besides. */
export function readShardWords(
  given: readonly string[],
  options: readonly string[] = [],
): { readonly shard: Shard | undefined; readonly words: readonly string[]; readonly flags: ReadonlySet<string> } {
  const flags = Object.fromEntries(options.map((name) => [name, { type: 'boolean' as const }]));
  try {
    const { values, positionals } = parseArgs({
      args: withValue(given),
      options: { shard: { type: 'string' }, out: { type: 'string' }, ...flags },
      allowPositionals: true,
    });
    const { shard, out, ...set } = values as { shard?: string; out?: string } & Record<string, boolean>;
    // Nothing is drawn from a seed here.
    const read = readShard({ ...(shard !== undefined && { shard: shard || true }), ...(out && { out }) }, 'none');
    return { shard: read, words: positionals, flags: new Set(Object.keys(set)) };
  } catch (error) {
    return fail(
      (error as Error).message.replace(/^Unknown option '(.*?)'.*$/s, `no option $1; there are ${known(options)}`),
    );
  }
}

const known = (options: readonly string[]): string =>
  [...options, 'shard', 'out'].map((name) => `--${name}`).join(', ');

/** Without a value, the environment says which shard it is. */
const withValue = (words: readonly string[]): string[] =>
  words.map((word, i) => (word === '--shard' && !/^\d+(\/\d+)?$/.test(words[i + 1] ?? '') ? '--shard=' : word));
