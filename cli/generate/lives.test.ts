import { expect, test } from 'vitest';
import { worldName } from '../../search/explore/results.ts';
import { livesIn, pagesBy, vmsBy, worldsOfLives } from './lives.ts';
import { dotOf } from './lives-page.ts';

const small = worldsOfLives.filter((world) => worldName(world) === 'linux-7.3/vm-pages');

const edgesWithout = (names: typeof pagesBy, call: string, clause: string): string[] => {
  const known = new Set(livesIn(small, names).edges.map((edge) => JSON.stringify(edge)));
  const { edges } = livesIn(small, names, { call, clause });
  return edges.filter((edge) => !known.has(JSON.stringify(edge))).map(({ from, to, call: by }) => `${from} → ${to}: ${by}`);
};

test('the life of a VM has these edges and no others', () => {
  const { edges, states } = livesIn(small, vmsBy);
  expect(states).toBe(548);
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
  expect(edgesWithout(pagesBy, 'host_unshare_hyp', 'UNSHARE-HYP-BORROWED')).toContain(
    'host SHARED_OWNED\nVM SHARED_BORROWED → host OWNED\nVM SHARED_BORROWED: host_unshare_hyp',
  );
});

test('and to that of a VM', () => {
  expect(edgesWithout(vmsBy, 'finalize_teardown_vm', 'FINALIZE-DYING')).toContain(
    'LIVE\nprotected → NONE: finalize_teardown_vm',
  );
});

test('names are quoted in the diagram', () => {
  const edge = { from: 'a\nb', to: 'c "d"', call: 'call', isRefused: true };
  expect(dotOf([edge])).toContain('"a\\nb" -> "c \\"d\\"" [label="call (refused)"];');
});
