import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { pvmSpec, pvmSpecIn } from './in-process.ts';
import { nearest } from './nearest.ts';

const root = join(import.meta.dirname, '..');

test('counterexamples are found also from somewhere else than the repository', async () => {
  const { status, stdout } = await pvmSpecIn({ folder: '/' }, 'replay', 'DONATE-FREE');
  expect(stdout).toMatch(/^MEM-OWNED breaks/);
  expect(status).toBe(1);
});

describe('a counterexample is asked for by a name', () => {
  test.each([
    ['its file', 'donate-free.a-page-has-no-owner', /^MEM-OWNED breaks at step 2 of 2 without DONATE-FREE/],
    ['its guard', 'DONATE-FREE', /^MEM-OWNED breaks/],
    ['its title', 'donate_guest without DONATE-FREE: a page has no owner', /^MEM-OWNED breaks/],
    ['its fault', 'living-vm-reclaimed', /^RECLAIM-DYING breaks at step 1 of 1 with living-vm-reclaimed/],
    ['what is lost', 'the host takes a page from a VM that is not dying', /^RECLAIM-DYING breaks/],
  ])('%s', async (_, name, said) => {
    const { status, stdout } = await pvmSpec('replay', name);
    expect(stdout).toMatch(said);
    expect(status).toBe(1);
  });

  test('one that several have is answered with a list', async () => {
    const { status, stderr } = await pvmSpec('replay', 'a page has no owner');
    expect(stderr.trim().split('\n')).toEqual([
      'pvm-spec: a page has no owner is the name of 3 counterexamples; say which:',
      '  guard-map-free.a-page-has-no-owner',
      '  donate-free.a-page-has-no-owner',
      '  reclaim-same-page.a-page-has-no-owner',
    ]);
    expect(status).toBe(2);
  });

  test.each([
    ['living-vm-reclaimd', /did you mean living-vm-reclaimed\?$/],
    ['MEM-PRIVAT', /did you mean MEM-PRIVATE\?$/],
    ['nothing of the kind', /docs\/counterexamples\/README.md lists them all$/],
    ['./none.json', /cannot read .\/none.json: there is no such file$/],
    ['/tmp', /cannot read \/tmp: it is a folder$/],
  ])('a miss, %s, is answered in one line', async (name, said) => {
    for (const command of ['explain', 'replay']) {
      const { status, stderr } = await pvmSpec(command, name);
      expect(stderr.trim()).toMatch(said);
      expect(stderr.trim().split('\n')).toHaveLength(1);
      expect(status).toBe(2);
    }
  });
});

describe('a finding', () => {
  const findings = readdirSync(join(root, 'counterexamples/findings')).map((file) => file.replace(/\.json$/, ''));

  test('without recordings says why it cannot be replayed, and what shows it', async () => {
    const { status, stderr } = await pvmSpec('replay', 'qemu-7.2.wipes-are-lost');
    expect(stderr).toMatch(
      /has no recorded calls, for no short sequence shows it; this does: npx pvm-spec target setup/,
    );
    expect(status).toBe(2);
  });

  test.each(findings.filter((name) => !name.startsWith('qemu')))(
    '%s is still so, and says with what it was compared',
    async (name) => {
      const { status, stdout } = await pvmSpec('replay', name);
      expect(stdout).toContain(`${name}: still so (recorded answers compared with the specification of the release`);
      expect(status).toBe(1);
    },
  );

  test('shows its set-up once', async () => {
    const { stdout } = await pvmSpec('explain', 'linux-7.3.unused-table-pages-return-unwiped');
    const setUp = stdout.split('\n').filter((line) => / reserve_vm\(\)/.test(line));
    expect(setUp).toHaveLength(1);
    expect(stdout.match(/set up as above/g)?.length).toBeGreaterThan(0);
  });
});

test('the nearest names come first, and far ones not at all', () => {
  expect(nearest('sahre', ['share', 'shares', 'unshare', 'donate'])).toEqual(['share']);
  expect(nearest('x', ['abc'])).toEqual([]);
});
