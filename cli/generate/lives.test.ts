import { expect, test } from 'vitest';
import { worldName } from '../../search/explore/results.ts';
import type { ClauseId } from '../../spec/clauses.generated.ts';
import { livesIn, pagesBy, vmsBy, worldsOfLives } from './lives.ts';
import { dotOf } from './lives-page.ts';

const world = (name: string) => worldsOfLives.filter((one) => worldName(one) === name);
const small = world('linux-7.3/vm-pages');

const edgesWithout = (name: string, names: typeof pagesBy, call: string, clause: ClauseId): string[] => {
  const known = new Set(livesIn(world(name), names).edges.map((edge) => JSON.stringify(edge)));
  const { edges } = livesIn(world(name), names, { call, clause }, 300);
  return edges
    .filter((edge) => !known.has(JSON.stringify(edge)))
    .map(({ from, to, call: by }) => `${from} → ${to}: ${by}`);
};

test('the life of a VM has these edges and no others', () => {
  const { edges, states } = livesIn(small, vmsBy);
  expect(states).toBe(1444);
  expect(edges.map(({ from, to, call }) => `${from} → ${to}: ${call}`.replaceAll('\n', ' ')).sort()).toEqual([
    'DYING → NONE: finalize_teardown_vm',
    'LIVE not protected → DYING: start_teardown_vm',
    'LIVE protected → DYING: start_teardown_vm',
    'NONE → RESERVED: reserve_vm',
    'RESERVED → LIVE not protected: init_vm',
    'RESERVED → LIVE protected: init_vm',
    'RESERVED → NONE: unreserve_vm',
  ]);
});

test('a guard that is left out adds an edge to the life of a page', () => {
  expect(edgesWithout('linux-7.3/two-vms', pagesBy, 'host_unshare_hyp', 'UNSHARE-HYP-BORROWED')).toContain(
    'host SHARED_OWNED\nVM SHARED_BORROWED → host OWNED\nVM SHARED_BORROWED: host_unshare_hyp',
  );
});

test('and to that of a VM', () => {
  expect(edgesWithout('linux-7.3/vm-pages', vmsBy, 'finalize_teardown_vm', 'FINALIZE-DYING')).toContain(
    'LIVE\nprotected → NONE: finalize_teardown_vm',
  );
});

test('names are quoted in the diagram', () => {
  const edge = { from: 'a\nb', to: 'c "d"', call: 'call', isRefused: true };
  expect(dotOf([edge])).toContain('"a\\nb" -> "c \\"d\\"" [label="call (refused)"];');
});
