/** The script of the explorer's page, from where the command line is. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

const isCheckout = existsSync(new URL('main.ts', import.meta.url));

/** A checkout makes it anew: it takes a second. */
export const explorerScript = async () =>
  isCheckout
    ? (await import('../api/build/bundle.mjs')).explorerScript()
    : readFile(new URL('../dist/explorer.js', import.meta.url), 'utf8');
