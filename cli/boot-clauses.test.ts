/** The chapters boot, instance and guest against their rules and properties, both ways. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bootWorlds } from '../properties/boot-worlds.ts';
import { boot } from '../properties/boot.ts';
import { instance } from '../properties/instance.ts';
import { Machine } from '../spec/machine.ts';
import { avf13 } from '../spec/profiles/avf-13.ts';
import { avf14 } from '../spec/profiles/avf-14.ts';
import { avf15 } from '../spec/profiles/avf-15.ts';
import { avf2026 } from '../spec/profiles/avf-2026.ts';
import { parseClauses } from './generate/clauses.ts';

/** Clauses that nothing of the boot chapters can check, and why. */
const excused: Readonly<Record<string, string>> = {
  'BOOT-FIRST': 'the hypervisor sets the first instruction, and booting starts after it',
  'BOOT-APP-FILE': "labels of the host's files are no part of what boots",
  'BOOT-REASON-VAGUE': 'what the host reports is no part of what boots',
  'GUEST-NO-ANONYMOUS-CODE': 'memory inside the guest is not followed',
  'GUEST-NO-WRITABLE-CODE': 'file systems inside the guest are not followed',
};

const folder = new URL('../docs/spec/', import.meta.url);
const clauses = parseClauses(
  readdirSync(folder)
    .sort()
    .map((name) => ({ path: `docs/spec/${name}`, text: readFileSync(new URL(name, folder), 'utf8') })),
);
const ofBoot = clauses.filter(({ chapter }) => ['boot', 'instance', 'guest'].includes(chapter)).map(({ id }) => id);

const cited = new Set(
  [avf15, avf14, avf13, avf2026].flatMap((profile) => [
    ...[...profile.rules.values()].flatMap((rule) => rule.guards.map(({ clause }) => clause)),
    ...bootWorlds
      .map((named) => new Machine(profile, named.world))
      .flatMap((machine) => [...boot(machine), ...instance(machine)].map(({ clause }) => clause)),
  ]),
);

test('every clause is checked, or excused with a reason', () => {
  expect(ofBoot.filter((id) => !cited.has(id)).sort()).toEqual(Object.keys(excused).sort());
});

test('every clause that is cited stands in the prose', () => {
  expect([...cited].filter((id) => !ofBoot.includes(id))).toEqual([]);
});
