/**
 * The calls of a fault's counterexample, line by line: who makes each, where it is held, what is answered and changes.
 */
import type { FaultCounterexample } from '../../search/machine/counterexample.ts';
import type { Performed } from '../../search/machine/performed.ts';
import type { TwoRunHarness } from '../../search/machine/two-run.ts';
import type { WrittenCall } from '../../search/judge/written-call.ts';
import { writeCall } from '../../search/judge/written-call.ts';
import { formatVm } from '../../search/judge/vm-symmetry.ts';
import { describeChanges } from './changes.ts';
import { callTable } from './columns.ts';
import { ranged } from './ranged.ts';
import type { Scenes } from './scenes.ts';
import { startText } from './start.ts';
import { livesOf } from './timeline.ts';

interface Row {
  /** The number of the call, from 0, and when it stands among the others. */
  readonly of: number;
  readonly when: number;
  readonly label: string;
  readonly cpu: string;
  readonly actor: string;
  readonly call: string;
  readonly answer: string;
  readonly remarks: string[];
}

/** A table of the last run; the last line is where it broke, if it did. */
export const faultRows = (scenes: Scenes): string[] =>
  callTable(
    ['  #', '', 'actor', 'call', 'answer'],
    scenes.steps.map(({ label, cpu = '', actor, call, answer, changes, isBroken }) => ({
      cells: [label, cpu, actor, call, answer],
      changes,
      isBroken,
    })),
  );

/** The last run as it is drawn, which broke at its end or not at all. The model has guards of its own: none is told. */
export function scenesOfFault(
  harness: TwoRunHarness,
  counterexample: Pick<FaultCounterexample, 'calls' | 'schedule'>,
  isBroken: boolean,
): Scenes {
  const { start, trace, reserved, spec } = harness;
  const rows = rowsOf(harness, counterexample);
  const quiet = rows.map((_, row) => trace.findLastIndex((_, i) => i in trace && rowOf(rows, i) <= row));
  const states = [start, ...quiet.map((i) => withWordsOf(harness, start, trace[i] ?? start))];
  const names = [-1, ...quiet].map((i) => namesBefore(harness, reservedAfter(harness, i)));
  return {
    beginning: startText({
      layout: spec.layout,
      states: [start, ...Object.values(trace)],
      calls: counterexample.calls,
      reserved,
    }),
    steps: rows.map(({ label, cpu, actor, call, answer, remarks }, i) => ({
      ...{ label, cpu, actor, call, answer, changes: remarks, guards: [] },
      isBroken: isBroken && i === rows.length - 1,
    })),
    lives: livesOf(spec.layout, names, states),
  };
}

/** The row in which it is told what the machine stood for after a call. */
const rowOf = (rows: readonly Row[], call: number): number => rows.findLastIndex(({ of }) => of <= call);

function rowsOf(harness: TwoRunHarness, { calls, schedule }: Pick<FaultCounterexample, 'calls' | 'schedule'>): Row[] {
  const rows = harness.performed.flatMap((one, i): Row[] => {
    const isAfterwards = i >= calls.length;
    if (isAfterwards && one.call === 'iommu_unmap' && one.answer?.kind === 'refused') return [];
    const row = {
      of: i,
      when: one.began,
      label: isAfterwards ? 'end' : String(i + 1),
      cpu: `CPU ${one.cpu}`,
      actor: one.rule.rule.actor,
      call: formatCall(harness, one, calls[i]),
      answer: formatAnswer(harness, one),
      remarks: [],
    };
    const turn = schedule?.find(({ call }) => call === i + 1);
    if (turn === undefined) return [row];
    const path = harness.paths[i] ?? [];
    const isOver = one.answer !== undefined;
    const rest = path.slice(turn.steps, isOver ? -1 : undefined);
    return [
      { ...row, answer: '…', remarks: [`held after ${quoted(path.slice(0, turn.steps))}`] },
      {
        ...row,
        when: isOver ? one.ended - 0.5 : Infinity,
        call: '… goes on',
        remarks: rest.length > 0 ? [`reaches ${quoted(rest)}`] : [],
      },
    ];
  });
  rows.sort((a, b) => a.when - b.when);
  noteChanges(harness, rows);
  return rows;
}

/** What the machine stood for each time it was quiet, told in the last line before that. */
function noteChanges(harness: TwoRunHarness, rows: readonly Row[]): void {
  let before = harness.start;
  harness.trace.forEach((cells, i) => {
    rows[rowOf(rows, i)]?.remarks.push(...changesOf(harness, before, cells, reservedAfter(harness, i)));
    before = cells;
  });
}

/** How many VMs were reserved later than by this call: an entry of the VM table is named by the VM that it had then. */
const reservedAfter = ({ performed }: TwoRunHarness, call: number): number =>
  performed.slice(call + 1).filter(({ rule, answer }) => rule.rule.answer === 'vm' && answer?.kind === 'done').length;

/** The names of the VMs by their entry, before the last so many were reserved. */
function namesBefore({ symmetry, spec }: TwoRunHarness, reservedSince: number): string[] {
  const then = symmetry.before(reservedSince);
  return Array.from({ length: spec.config.slots }, (_, entry) => formatVm(then.toOrdinal(entry)));
}

/** A state with the bytes of another: bytes are told by the answers alone. */
function withWordsOf({ spec: { layout } }: TwoRunHarness, other: Int32Array, cells: Int32Array): Int32Array {
  const { base, size } = layout;
  const all = cells.slice();
  all.set(other.subarray(base.word, base.word + size.word), base.word);
  return all;
}

/** What is the same of several is said once. */
function changesOf(harness: TwoRunHarness, before: Int32Array, cells: Int32Array, reservedSince = 0): string[] {
  const names = namesBefore(harness, reservedSince);
  const now = withWordsOf(harness, before, cells);
  const subjects = new Map<string, string[]>();
  for (const line of describeChanges(harness.spec.layout, names, before, now)) {
    const [subject = '', words = ''] = line.split(/ {2}(.*)/);
    subjects.set(words, [...(subjects.get(words) ?? []), subject]);
  }
  return [...subjects].map(([words, of]) => `${ranged(of)}  ${words}`);
}

/** Places that are passed, each once where it is passed several times on end. */
function quoted(places: readonly string[]): string {
  const runs: { readonly place: string; times: number }[] = [];
  for (const place of places) {
    const last = runs.at(-1);
    if (last?.place === place) last.times++;
    else runs.push({ place, times: 1 });
  }
  return runs.map(({ place, times }) => `“${place}”${times === 1 ? '' : ` ${times} times`}`).join(', ');
}

/** Arguments that are as they usually are, and left out; and those that need no name beside them. */
const usual: Readonly<Record<string, string>> = { nr: '1', prot: 'PX+UX+W+R' };
const bare = new Set(['page', 'vm', 'value', 'device', 'iova']);

function formatCall(harness: TwoRunHarness, one: Performed, written?: WrittenCall): string {
  const { args: all } = written ?? writeCall(harness.spec, harness.moveOf(one.call, one.cpu, one.values));
  const args = Object.entries(all)
    .filter(([name, value]) => usual[name] !== value && !(name.endsWith('Fault') && value === 'right'))
    .map(([name, value]) => (bare.has(name) ? value : `${name} ${value}`));
  return `${one.call}(${args.join(', ')})`;
}

function formatAnswer(harness: TwoRunHarness, { answer, rule }: Performed): string {
  if (answer === undefined) return '';
  if (answer.kind === 'refused') return answer.error;
  if (answer.kind === 'died') return 'EL2 stops';
  return rule.rule.answer === 'value' ? formatValue(harness, answer.answer) : String(answer.answer);
}

/** Each write has a value of its own, so that it can be told where a value comes from. */
export function formatValue(harness: TwoRunHarness, value: number): string {
  const writer = harness.performed.findIndex(({ values }) => values['value'] === value);
  return writer < 0 ? String(value) : `what step ${writer + 1} wrote`;
}
