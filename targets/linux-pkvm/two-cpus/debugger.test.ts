import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Debugger, StillRunning } from './debugger.ts';
import { PacketReader, packetOf } from './packets.ts';

const xml = '<reg name="VBAR_EL2" bitsize="64" regnum="77" group="cp_regs"/>';

/** What the stub answers in every test. */
const usual: Readonly<Record<string, string>> = {
  'qSupported:multiprocess+;vContSupported+': 'PacketSize=1000',
  'qXfer:features:read:system-registers.xml:0,800': `m${xml.slice(0, 30)}`,
  'qXfer:features:read:system-registers.xml:1e,800': `l${xml.slice(30)}`,
  'Hgp1.1': 'OK',
  'Hgp1.2': 'OK',
};

let folder: string;
let server: Server | undefined;
let heard: string[];
let opened: Debugger | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pvm-debugger-'));
  heard = [];
});
afterEach(() => {
  opened?.close();
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A stub that answers as it is told; what it has no answer for it leaves unanswered. */
async function stub(more: Readonly<Record<string, string>> = {}): Promise<Debugger> {
  const path = join(folder, 'stub');
  const answers = { ...usual, ...more };
  server = createServer((socket) => {
    const reader = new PacketReader();
    socket.write(packetOf('T02thread:01;'));
    socket.setEncoding('latin1').on('data', (text) => {
      for (const packet of reader.take(String(text))) {
        heard.push(packet);
        const answer = answers[packet];
        socket.write(answer === undefined ? '+' : `+${answer.startsWith('$') ? answer : packetOf(answer)}`);
      }
    });
  });
  await new Promise<void>((listens) => server?.listen(path, listens));
  return (opened = await Debugger.over(connect(path)));
}

test('packets that arrive in pieces are put together, and a wrong checksum is refused', () => {
  const reader = new PacketReader();
  expect(packetOf('OK')).toBe('$OK#9a');
  expect([reader.take('+$O'), reader.take('K#9'), reader.take('a+$#00')]).toEqual([[], [], ['OK', '']]);
  expect(() => reader.take('$OK#9b')).toThrow('checksum 9b instead of 9a');
  expect(() => new PacketReader().take('hello')).toThrow('no packet: "hello"');
});

test('system registers are found by the names in the description, which comes in pieces', async () => {
  const made = await stub({ p4d: '000030f18da10000' });
  expect(await made.systemRegister(0, 'VBAR_EL1', 'VBAR_EL2')).toBe(0xa18df1300000n);
  await expect(made.systemRegister(0, 'TTBR9')).rejects.toThrow('does not show TTBR9');
});

test('one CPU is resumed and the other is not', async () => {
  const made = await stub({ 'vCont;c:p1.2': 'T05thread:p01.02;', 'vCont;s:p1.1': 'T05thread:p01.01;' });
  await made.resume(1, 1000);
  await made.step(0);
  expect(heard.slice(-2)).toEqual(['vCont;c:p1.2', 'vCont;s:p1.1']);
});

test('a stop of the other CPU, an exit and a refusal are problems of the target', async () => {
  const made = await stub({ 'vCont;c:p1.1': 'T05thread:p01.02;', 'vCont;c:p1.2': 'W00', 'Z0,10,4': 'E22' });
  await expect(made.resume(0, 1000)).rejects.toThrow('CPU 1 stops instead of CPU 0');
  await expect(made.resume(1, 1000)).rejects.toThrow('does not stop, but ends: W00');
  await expect(made.breakAt(16n)).rejects.toThrow('answers Z0,10,4 with E22');
});

test('a machine that does not stop is given up after a time', async () => {
  await expect((await stub()).resume(0, 20)).rejects.toThrow(StillRunning);
});

test('what is no packet, and a closed connection, end the conversation in one line', async () => {
  const made = await stub({ 'vCont;c:p1.1': '$garbage#00' });
  await expect(made.resume(0, 1000)).rejects.toThrow('the debugger says what is no packet: checksum 00');
  await expect(made.resume(1, 1000)).rejects.toThrow('the debugger says what is no packet');
});
