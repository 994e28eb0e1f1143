import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { whileWaiting } from './waiting.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function stream(isTTY: boolean): { out: NodeJS.WriteStream; said: string[] } {
  const said: string[] = [];
  const out = { isTTY, write: (text: string) => said.push(text) } as unknown as NodeJS.WriteStream;
  return { out, said };
}

async function waited(isTTY: boolean, seconds: number): Promise<string[]> {
  const { out, said } = stream(isTTY);
  const waiting = whileWaiting('asking', () => new Promise((resolve) => setTimeout(resolve, seconds * 1000)), out);
  await vi.advanceTimersByTimeAsync(seconds * 1000);
  await waiting;
  return said;
}

test('what is over soon says nothing', async () => {
  expect(await waited(true, 2)).toEqual([]);
});

test('on a terminal a line counts the seconds, and goes again', async () => {
  expect(await waited(true, 5.5)).toEqual(['\rasking: 3 s ', '\rasking: 4 s ', '\rasking: 5 s ', '\r\u001b[K']);
});

test('elsewhere it is said once', async () => {
  expect(await waited(false, 60)).toEqual(['pvm-spec: asking\n']);
});

test('what fails fails, and leaves no line', async () => {
  vi.useRealTimers();
  const { out, said } = stream(true);
  await expect(whileWaiting('asking', () => Promise.reject(new Error('no')), out)).rejects.toThrow('no');
  await sleep(1);
  expect(said).toEqual([]);
});
