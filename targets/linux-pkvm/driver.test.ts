import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Emulator, MachineDied, defaultHardware } from './driver.ts';

/** Stands in for the emulator: says that it is ready, then answers each line of a batch, or does what the line says. */
const fake = `#!${process.execPath}
const batches = require('node:readline').createInterface({ input: process.stdin });
if (process.argv.includes('--version')) { console.log('QEMU emulator version 7.2.0'); process.exit(0); }
let answers = [];
process.stdout.write('ready\\n.\\n');
batches.on('line', (line) => {
  if (line === 'die') process.exit(3);
  else if (line === 'hang') answers = undefined;
  else if (line !== '.') answers?.push('re ' + line);
  else if (answers !== undefined) { process.stdout.write(answers.map((one) => one + '\\n').join('') + '.\\n'); answers = []; }
});
`;

const boot = { kernel: '/nowhere', initramfs: '/nowhere' };
let folder: string;
let path: string | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pvm-driver-'));
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin', 'qemu-system-aarch64'), fake, { mode: 0o755 });
  path = process.env['PATH'];
  process.env['PATH'] = `${join(folder, 'bin')}${delimiter}${path ?? ''}`;
});
afterEach(() => {
  process.env['PATH'] = path;
  rmSync(folder, { recursive: true, force: true });
});

const start = (): Promise<Emulator> =>
  Emulator.boot(join(folder, 'runs'), defaultHardware, boot, join(folder, 'memory'));

describe('an emulator', () => {
  test('answers batches, one line each', async () => {
    const emulator = await start();
    expect(await emulator.ask(['a', 'b'], 5)).toEqual(['re a', 're b']);
    expect(await emulator.ask(['c'], 5)).toEqual(['re c']);
    await emulator.stop();
  });
  test('answers batches that are longer than a pipe holds', async () => {
    const emulator = await start();
    const lines = Array.from({ length: 5000 }, (_, i) => `request ${i} ${'x'.repeat(40)}`);
    expect(await emulator.ask(lines, 10)).toEqual(lines.map((line) => `re ${line}`));
    await emulator.stop();
  });
  test('that ends is an error which says so, now and later', async () => {
    const emulator = await start();
    await expect(emulator.ask(['die'], 5)).rejects.toThrow(/ended \(status 3\)/);
    await expect(emulator.ask(['a'], 5)).rejects.toBeInstanceOf(MachineDied);
    await emulator.stop();
  });
  test('that gives no answer in time is killed', async () => {
    const emulator = await start();
    await expect(emulator.ask(['hang'], 0.2)).rejects.toMatchObject({ hung: true });
    await emulator.stop();
  });
  test('leaves nothing behind', async () => {
    const emulator = await start();
    await emulator.stop();
    expect(readdirSync(join(folder, 'runs'))).toEqual([]);
  });
  test('sweeps away what a driver that was killed has left', async () => {
    const stale = join(folder, 'runs', '4194305-stale');
    mkdirSync(stale, { recursive: true });
    const emulator = await start();
    expect(existsSync(stale)).toBe(false);
    await emulator.stop();
  });
});
