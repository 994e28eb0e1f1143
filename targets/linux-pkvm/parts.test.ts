import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { fieldOffsets, structureSizes } from './btf.ts';
import { rootPages } from './features.ts';
import { packInitramfs } from './initramfs.ts';
import { byRelease, folderFor, isOfLine } from './installed.ts';
import { ownPages } from './own-pages.ts';
import { findTable, readEntry } from './pages.ts';
import { TargetProblem } from '../problem.ts';
import { ffaDescriptors, ffaRestNames } from './ffa.ts';
import { callsOn, callsWith, requestFor } from './protocol.ts';
import type { Places } from './asking.ts';

const places: Places = {
  page: (name) => BigInt({ P0: 0x44000, W: 0x10000000044000, X: 0x50000 }[name] ?? 0),
  call: (name) => name.length,
  maybe: () => 0,
  codeGfn: 64,
};
const ask = (op: string, args: Record<string, string | number | boolean> = {}) => requestFor({ op, args }, places);

describe('requests to the guest module', () => {
  test('page numbers keep all of their 64 bits', () => {
    expect(ask('host_share_hyp', { page: 'W' }).line).toBe('call 15 10000000044000');
    expect(ask('force_reclaim_guest_page', { page: 'W', offset: 8 }).line).toMatch(/ 44000008$/);
  });
  test('an error is named, an unknown call said, a void call has no answer but a register that it changed', () => {
    const share = ask('host_share_hyp', { page: 'P0' });
    expect(share.read(['0', '0'])).toEqual({ ret: 0 });
    expect(share.read(['0', 'ffffffffffffffff'])).toEqual({ ret: 'EPERM' });
    expect(share.read(['0', 'ffffffffffffff7b'])).toEqual({ ret: 'EHWPOISON' });
    expect(share.read(['ffffffffffffffff', '0'])).toEqual({ ret: 'NOT_SUPPORTED' });
    expect(ask('vcpu_load', { handle: 4096, index: 0 }).read(['0', '1000'])).toEqual({});
    expect(ask('vcpu_put', {}).read(['0', '0'])).toEqual({});
    expect(ask('vcpu_put', {}).read(['0', '1234'])).toEqual({ ret: 0x1234 });
  });
  test('a raw call may carry the address of a place in memory, and an address is no answer', () => {
    const raw = requestFor({ op: 'hypercall', args: { id: 25, args: [7], page: 'P0', offset: 8 } }, places);
    expect(raw.line).toBe('call 19 @44000008 7');
    expect(raw.read(['0', 'ffff000004000008'])).toEqual({});
    expect(raw.read(['0', 'fffffffffffff001'])).toEqual({ ret: '-4095' });
  });
  test('words keep all of their 64 bits', () => {
    const value = '0xfedcba9876543210';
    expect(ask('host_write', { page: 'P0', offset: 8, value }).line).toBe('store 44000 8 fedcba9876543210');
    expect(ask('host_read', { page: 'P0', offset: 8 }).read(['fedcba9876543210'])).toEqual({ value });
    expect(ask('host_read', { page: 'P0', offset: 8 }).read(['fault'])).toEqual({ fault: 'EFAULT' });
  });
  test('a guest that was done left behind its last instruction', () => {
    const guest = { handle: 4096, vcpu: 0, gfn: 256, offset: 8 };
    const hvc = '5a000000';
    expect(ask('guest_read', guest).read(['2', hvc, '0', '400ec', '0', 'beef'])).toEqual({ value: '0xbeef' });
    expect(ask('guest_mem_share', guest).read(['2', hvc, '0', '400ec', 'fffffffffffffffd', '0'])).toEqual({
      smccc: -3,
    });
    expect(ask('guest_mem_share', guest).read(['2', hvc, '0', '40004', '0', '0'])).toEqual({ exit: 'hvc' });
  });
  test('a guest that faulted names the frame and the kind of fault', () => {
    const guest = { handle: 4096, vcpu: 0, gfn: 256, offset: 8, value: '0x1' };
    expect(ask('guest_write', guest).read(['2', (0x90000047).toString(16), '1000', '0', '0', '0'])).toEqual({
      exit: 'data_abort',
      gfn: 256,
      fault: 'translation',
      write: true,
    });
    expect(ask('guest_read', guest).read(['2', (0x8000000f).toString(16), '400', '0', '0', '0'])).toEqual({
      exit: 'inst_abort',
      gfn: 64,
      fault: 'permission',
    });
  });
  test('what came off the list, and what came back, is told', () => {
    expect(ask('donate_guest', { page: 'P0', gfn: 1 }).read(['0', '0', '5'])).toEqual({ ret: 0, memcache: 5 });
    expect(ask('finalize_teardown_vm', { handle: 4096 }).read(['0', '0', '5', '9'])).toEqual({
      ret: 0,
      returned: { metadata: 5, stage2: 9 },
    });
  });
  test('a call is offered only where the hypercalls that it needs exist', () => {
    expect(callsWith((name) => name === '__pkvm_host_share_hyp')).toContain('host_share_hyp');
    expect(callsWith((name) => name === '__pkvm_host_share_hyp')).not.toContain('donate_guest');
    expect(callsWith(() => false)).toContain('host_read');
  });
  test('what is said to the secure world has one thing wrong with it, and nothing where nothing is said to be', () => {
    const pass = (descriptor: string): string => ask('ffa_share', { page: 'P0', offset: 0, descriptor }).line;
    expect(pass('well-formed')).toBe('ffa 73 44000 0 60 60 0 0 ffffffff 0 0 0 0');
    const refused = 'ffa 73 44000 0 60 60 0 0 30 28002 0 0 0';
    expect(ask('ffa_share', { page: 'P0', offset: 0, refused: true }).line).toBe(refused);
    expect(new Set(ffaDescriptors.map(pass)).size).toBe(ffaDescriptors.length);
    expect(() => pass('sealed')).toThrow('cannot be asked ffa_share');
    const named = (rest: string, descriptor = 'well-formed'): string =>
      ask('ffa_share', { page: 'P0', offset: 0, descriptor, rest }).line;
    expect(named('a second range of two pages')).toBe('ffa 73 44000 0 70 70 0 0 ffffffff 0 1 2 0');
    expect(named('a second range in a second fragment')).toBe('ffa 73 44000 0 70 60 0 0 ffffffff 0 1 1 1');
    const alone = 'a fragment of no message with a page that is shared with the hypervisor';
    expect(named(alone)).toBe('ffa 73 44000 0 70 70 0 0 ffffffff 0 4 1 2');
    expect(named('a second range', 'half a range')).toBe(pass('half a range'));
    expect(new Set(ffaRestNames.map((rest) => named(rest))).size).toBe(ffaRestNames.length);
    expect(() => named('a page of the moon')).toThrow('cannot be asked ffa_share');
    const share = ask('ffa_lend', { page: 'P0', offset: 0 });
    expect(['0', 'fffffffffffffffe', 'fffffffffffffffa', 'ffffffffffffff00'].map((x) => share.read([x]))).toEqual([
      ...[{ ret: 0 }, { ret: 'INVALID_PARAMETERS' }, { ret: 'DENIED' }, { ret: -256 }],
    ]);
    const read = ask('secure_read', { page: 'P0', offset: 8 });
    const map = ask('ffa_rxtx_map', { tx: 'P0', rx: 'X', pages: 2 ** 32 + 1, txOffset: 0, rxOffset: 2048 });
    expect(map.line).toBe('map 44000000 50000800 100000001');
    expect(ask('ffa_rxtx_unmap', { caller: 1 }).line).toBe('unmap 1');
    expect([read.line, read.read(['0', '2a']), read.read(['fffffffffffffffa', '0'])]).toEqual([
      ...['secure 1 44000 8 0', { value: '0x2a' }, { ret: 'FAULT' }],
    ]);
  });
  test('a machine is asked for what its CPU and its firmware have', () => {
    const onlyWithout = (what: 'atomics' | 'secureWorld'): string[] => {
      const machine = { calls: { __kvm_vcpu_run: 1 }, atomics: true, secureWorld: true };
      const fewer = callsOn({ ...machine, [what]: false });
      return callsOn(machine).filter((op) => !fewer.includes(op));
    };
    expect(onlyWithout('atomics')).toEqual(['guest_atomic']);
    expect(onlyWithout('secureWorld').sort()).toEqual([
      ...['ffa_lend', 'ffa_reclaim', 'ffa_rxtx_map', 'ffa_rxtx_unmap', 'ffa_share'],
      ...['secure_read', 'secure_return', 'secure_write'],
    ]);
  });
  test('a sleep is asked for with a hint or without, and by no hunt', () => {
    const [plain, hinted] = [false, true].map((hint) => ask('host_cpu_suspend', { hint }));
    expect([plain?.line, hinted?.line]).toEqual(['sleep 0', 'sleep 10000']);
    expect(['8', 'ffffffffffffffff'].map((x0) => hinted?.read([x0]))).toEqual([
      { value: '0x8' },
      { ret: 'NOT_SUPPORTED' },
    ]);
    expect(callsWith(() => true)).not.toContain('host_cpu_suspend');
  });
  test('an unknown call, and an argument that is no number, cannot be asked', () => {
    expect(() => ask('launch')).toThrow(new TargetProblem('linux-pkvm cannot be asked launch {}'));
    expect(() => ask('unshare_guest', { handle: 'many' })).toThrow('cannot be asked unshare_guest {"handle":"many"}');
  });
});

describe("the hypervisor's page table", () => {
  const base = { start: 0x4f800000, page: 0x40010, firstPage: 0x40000, pages: 0x10000 };
  test('is found by the one word that changes as a shared page does', () => {
    const [before, after] = [Buffer.alloc(4096), Buffer.alloc(4096)];
    after.writeBigUInt64LE(0x11000000n, 0x100 + 0x10 * 8);
    expect(findTable(before, after, base)).toMatchObject({ address: 0x4f800100, firstPage: 0x40000 });
  });
  test('is not guessed at where nothing or much changes', () => {
    const [before, after] = [Buffer.alloc(4096), Buffer.alloc(4096)];
    expect(findTable(before, after, base)).toBeUndefined();
    after.writeBigUInt64LE(0x11000000n, 8);
    after.writeBigUInt64LE(0x11000000n, 16);
    expect(findTable(before, after, base)).toBeUndefined();
  });
  test('has entries of states and counts', () => {
    expect(readEntry(0n)).toEqual({ host: 'OWNED', hyp: 'NOPAGE', refcount: 0, guestShares: 0 });
    expect(readEntry(0x0000000211000003n)).toEqual({
      host: 'SHARED_OWNED',
      hyp: 'SHARED_BORROWED',
      refcount: 3,
      guestShares: 2,
    });
  });
});

/** Type information of an integer, a structure of two members, and one that embeds it, by another name and without one. */
function typeInformation(): Buffer {
  const strings = Buffer.from('\0long\0pkvm_hyp_vm\0a\0b\0other\0mine\0bits\0');
  const at = (name: string): number => strings.indexOf(`\0${name}\0`) + 1;
  const word = (...values: number[]): Buffer => {
    const bytes = Buffer.alloc(values.length * 4);
    values.forEach((value, i) => bytes.writeUInt32LE(value >>> 0, i * 4));
    return bytes;
  };
  const types = Buffer.concat([
    word(at('long'), 1 << 24, 8, 64),
    word(at('pkvm_hyp_vm'), (4 << 24) | 2, 4496, at('a'), 1, 0, at('b'), 1, 64),
    word(at('mine'), 8 << 24, 2),
    word(
      at('other'),
      (0x84 << 24) | 4,
      16,
      at('a'),
      3,
      64,
      at('bits'),
      1,
      (3 << 24) | 1,
      0,
      2,
      1024,
      at('other'),
      9,
      2048,
    ),
  ]);
  const header = word(0x0001eb9f, 24, 0, types.length, types.length, strings.length);
  return Buffer.concat([header, types, strings]);
}

test('sizes of structures are read from type information, wherever it lies in memory', () => {
  const memory = Buffer.concat([Buffer.alloc(1000, 0x55), typeInformation(), Buffer.alloc(100)]);
  expect([...structureSizes(memory, ['pkvm_hyp_vm', 'missing'])]).toEqual([['pkvm_hyp_vm', 4496]]);
  expect(structureSizes(Buffer.alloc(100), ['pkvm_hyp_vm']).size).toBe(0);
});

test('sizes are those of the release, and an entry of an unknown kind is said in one line', () => {
  const memory = typeInformation();
  memory.writeUInt32LE(9000, memory.indexOf(Buffer.from([4496 & 0xff, 4496 >> 8, 0, 0])));
  expect(structureSizes(memory, ['pkvm_hyp_vm']).get('pkvm_hyp_vm')).toBe(9000);
  memory.writeUInt32LE(25 << 24, 24 + 4);
  expect(() => structureSizes(memory, ['pkvm_hyp_vm'])).toThrow(
    /^the kernel's type information has an entry of kind 25 at byte 0; [^\n]+$/,
  );
});

test('fields of structures are found by their paths, those of structures without a name among those around them', () => {
  expect([...fieldOffsets(typeInformation(), 'other')]).toEqual([
    ['a.a', 8],
    ['a.b', 16],
    ['a', 128],
    ['b', 136],
    ['other', 256],
  ]);
  expect(fieldOffsets(typeInformation(), 'missing').size).toBe(0);
  expect(fieldOffsets(Buffer.alloc(100), 'other').size).toBe(0);
});

test('an initramfs holds the agent and the modules, aligned as the kernel wants them', () => {
  const archive = gunzipSync(packInitramfs(Buffer.from('agent'), [Buffer.from('one'), Buffer.from('two!')]));
  expect(archive.length % 4).toBe(0);
  expect(archive.toString('latin1').match(/070701/g)).toHaveLength(6);
  for (const name of ['init', '0.ko', '1.ko', 'TRAILER!!!']) expect(archive.includes(`${name}\0`)).toBe(true);
});

test('a root table is several tables side by side where that saves a level', () => {
  expect([40, 48, 52].map(rootPages)).toEqual([2, 1, 16]);
});

test('each machine of a release has a folder of its own', () => {
  const machines = [
    {},
    { cpu: 'cortex-a72' },
    { secureWorld: true },
    { cpu: 'cortex-a72', secureWorld: true },
  ] as const;
  expect(machines.map((machine) => folderFor('7.3', machine))).toEqual([
    ...['7.3', '7.3@cortex-a72', '7.3@secure-world', '7.3@cortex-a72@secure-world'],
  ]);
});

test('releases are compared number by number', () => {
  expect(['7.9.1', '7.10.0', '7.3.4+deb13'].sort(byRelease)).toEqual(['7.3.4+deb13', '7.9.1', '7.10.0']);
  expect(isOfLine('7.30.1', '7.3')).toBe(false);
  expect(isOfLine('6.1.0-50-cloud-arm64', '6.1')).toBe(true);
  expect(isOfLine('6.12.1', '6.1')).toBe(false);
});

describe('pages of the hypervisor outside the carve-out', () => {
  const [pages, firstPage, tableAt] = [64, 0x40000, 0x3e000];
  const table = { address: firstPage * 4096 + tableAt, firstPage, pages };
  /** The hypervisor has pages 18 and 19 (of the image), 22 (of it), 40 (not of it), and the carve-out from 48 on. */
  function memory(withImage: boolean): Buffer {
    const ram = Buffer.alloc(pages * 4096);
    for (const page of [18, 19, 22, 40, 48, 49]) ram.writeBigUInt64LE(0x33000000n, tableAt + page * 8);
    if (withImage) {
      ram.write('ARMd', 16 * 4096 + 56, 'latin1');
      ram.writeBigUInt64LE(16n * 4096n, 16 * 4096 + 16);
    }
    return ram;
  }

  test('are of its code where they are the first of the image, and else of its data', () => {
    const found = ownPages(memory(true), firstPage, table, firstPage + 48);
    expect(found).toEqual({ code: [firstPage + 18], data: [firstPage + 22, firstPage + 40] });
  });

  test('are not named where there is no image', () => {
    expect(ownPages(memory(false), firstPage, table, firstPage + 48)).toEqual({ code: [], data: [] });
  });
});
