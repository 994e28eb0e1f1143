import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Bytes } from '../bytes.ts';
import { hex } from '../bytes.ts';
import { readTree } from '../images/device-tree.ts';
import { guestTree } from '../images/guest-tree.ts';
import { hostTree } from '../images/host-tree.ts';
import { readFdt } from './form.ts';
import { writeFdt } from './write.ts';
import type { NodeSource } from './write.ts';

const vector = (name: string): Bytes =>
  Uint8Array.from(readFileSync(new URL(`../vectors/fdt/${name}`, import.meta.url)));

/** Every node with its properties, in their order. */
const contentOf = (bytes: Bytes) =>
  readFdt(bytes).nodes.map(({ name, parent, properties }) => ({
    name,
    parent: parent?.name,
    properties: properties.map((property) => `${property.name}=${hex(property.value)}`),
  }));

test('a tree that dtc has made is read as it was written', () => {
  const tree = readFdt(vector('host.dtb'));
  expect(tree.form).toMatchObject({
    hasMagic: true,
    version: 17,
    compatible: 16,
    fault: undefined,
    reservationsEnd: true,
  });
  expect(tree.nodes.map(({ name }) => name)).toEqual(
    [
      '',
      'chosen',
      'config',
      'memory@80000000',
      'cpus',
      'cpu@0',
      'cpu@1',
      'reserved-memory',
      'restricted_dma_reserved',
    ].concat(['intc', 'uart@3f8', 'vmwdt@3000', 'pci', 'avf', 'untrusted']),
  );
  const facts = readTree({ bytes: vector('host.dtb'), beside: { reference: vector('reference.dtb') } });
  expect(facts).toMatchObject({
    memory: { kind: 'given', value: { start: 0x8000_0000n, size: 0x1000_0000n } },
    ramdisk: { kind: 'given', value: { start: 0x8100_0000n, size: 0x80_0000n } },
    arguments: { kind: 'given', value: 'panic=-1 console=hvc0' },
    cpus: 2,
    bounce: { kind: 'given', value: { start: undefined, size: 0x40_0000n, alignment: 0x1000n } },
    fixed: [{ name: 'secretkeeper_public_key', value: 'a10102', reference: 'a10102' }],
    untrusted: [{ name: 'instance-id', value: '00010203' }],
  });
});

test('time to read does not grow with the square of what is in a tree', () => {
  const shared: NodeSource = { name: '', properties: [], children: [] };
  const many = { ...shared, children: Array.from({ length: 20_000 }, (_, i) => ({ ...shared, name: `n@${i}` })) };
  let deep = shared;
  for (let i = 0; i < 500; i++) deep = { ...shared, name: 'n', children: [deep] };
  const before = performance.now();
  readTree({ bytes: writeFdt({ ...many, children: [...many.children, deep] }) });
  expect(performance.now() - before).toBeLessThan(2_000);
});

const hasDtc = spawnSync('dtc', ['--version']).status === 0;
if (!hasDtc) console.log('skipped: dtc reads what is written here; install device-tree-compiler');

describe.skipIf(!hasDtc)('dtc, an independent reader and writer', () => {
  const convert = (bytes: Bytes, from: string, to: string): Bytes =>
    Uint8Array.from(execFileSync('dtc', ['-q', '-I', from, '-O', to], { input: bytes }));
  const host = writeFdt(hostTree({ cpus: 3, pci: 2, hasWatchdog: true, bounceAt: 0x8400_0000, arguments: 'panic=-1' }));
  const guest = guestTree(readTree({ bytes: host }), {
    isDebuggable: false,
    policy: undefined,
    isNew: true,
    seed: 1n,
    handover: [0x7fe0_0000n, 0x1000n],
  });

  test.each([
    ['of a host', host],
    ['of a guest', guest],
    ['that it has made itself', vector('host.dtb')],
  ])('a tree %s is the same after it was source', (_, bytes) => {
    expect(contentOf(convert(convert(bytes, 'dtb', 'dts'), 'dts', 'dtb'))).toEqual(contentOf(bytes));
  });

  test('the vectors are what it makes of their sources', () => {
    for (const name of ['host', 'reference'])
      expect(contentOf(convert(vector(`${name}.dts`), 'dts', 'dtb'))).toEqual(contentOf(vector(`${name}.dtb`)));
  });
});
