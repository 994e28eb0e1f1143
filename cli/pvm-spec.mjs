#!/usr/bin/env node
import { existsSync } from 'node:fs';

/** An installed package has been built; a checkout has its sources. */
const isCheckout = existsSync(new URL('main.ts', import.meta.url));
await import(isCheckout ? await (await import('../api/build/fresh.mjs')).commandLine() : '../dist/cli.js');
