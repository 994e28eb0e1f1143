/** A thread of `verify --jobs`, from where the command line is. */
import { existsSync } from 'node:fs';

const isCheckout = existsSync(new URL('main.ts', import.meta.url));
const { default: work } = await import(
  isCheckout ? await (await import('../api/build/fresh.mjs')).module('worker') : '../dist/worker.js'
);

export default work;
