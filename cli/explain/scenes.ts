/** A run as it is drawn, in a terminal and on a page: where it starts, each call, and the pages that it is about. */
import { answered } from '../../search/judge/answered.ts';
import { writeCall } from '../../search/judge/written-call.ts';
import type { WrittenCall } from '../../search/judge/written-call.ts';
import type { Traced } from '../../search/judge/replay.ts';
import { wordsOf } from '../../spec/language/words.ts';
import type { TransitionSystem } from '../../spec/transition-system.ts';
import { describeChanges } from './changes.ts';
import { startText } from './start.ts';
import type { Ran } from './story.ts';
import { livesOf } from './timeline.ts';
import type { Life } from './timeline.ts';

export interface Scenes {
  /** Where it starts, in a sentence or two; empty where nothing is to be said. */
  readonly beginning: string;
  readonly steps: readonly Scene[];
  readonly lives: readonly Life[];
}

/** One line of a run, mostly one call: who makes it, its answer, the lines for what it changes, its guards in order. */
export interface Scene {
  /** Its number among the calls, which has more than one line where others come in between; or `end`. */
  readonly label: string;
  /** `CPU 0`, where the calls do not say it. */
  readonly cpu?: string;
  readonly actor: string;
  readonly call: string;
  readonly answer: string;
  readonly changes: readonly string[];
  readonly guards: readonly AskedGuard[];
  /** The clause is broken here. */
  readonly isBroken: boolean;
}

/** What became of a guard in one call: the first that does not hold refuses, and none behind it is asked. */
export interface AskedGuard {
  readonly clause: string;
  readonly condition: string;
  readonly error: string;
  readonly verdict: 'held' | 'refused' | 'not asked' | 'left out';
}

export function scenesOf(ran: Ran): Scenes {
  const { system, calls, steps, start, reserved, names, broken } = ran;
  const states = [start, ...steps.map(({ state }) => state.cells)];
  return {
    beginning: startText({
      layout: system.layout,
      states,
      calls: calls.map((call) => writeCall(system, call)),
      reserved,
    }),
    steps: steps.map((step, i) => ({
      label: String(i + 1),
      actor: system.rule(step.call.call).rule.actor,
      call: formatCall(ran, step),
      answer: answered(system, step.call.call, step.outcome).answer,
      changes: describeChanges(system.layout, names[i + 1] ?? [], states[i] ?? start, step.state.cells),
      guards: guardsOf(system, step.call.call, step.outcome.kind === 'denied' ? step.outcome.clause : undefined),
      isBroken: broken?.length === i + 1,
    })),
    lives: livesOf(system.layout, names, states),
  };
}

/** The guards of a call that was refused by this clause, or by none; of two guards of one clause, by the first. */
export function guardsOf(system: TransitionSystem, call: string, refusedBy: string | undefined): AskedGuard[] {
  const { guards, checked } = system.rule(call);
  const refusing = guards.findIndex(({ clause }, i) => checked[i] === true && clause === refusedBy);
  return guards.map(({ clause, condition, error }, i) => {
    const isAsked = refusing < 0 || i < refusing;
    const verdict = i === refusing ? 'refused' : isAsked ? 'held' : 'not asked';
    return { clause, condition: wordsOf(condition), error, verdict: checked[i] === false ? 'left out' : verdict };
  });
}

/** Arguments that are as they usually are, and left out. */
const usual: Readonly<Record<string, string>> = {
  nr: '1',
  prot: 'PX+UX+W+R',
  deferred: 'no',
  handoff: 'locked',
  tree: 'plain',
  ramdisk: 'normal',
  writes: 'all writes',
  system: 'system',
  extra: 'as listed',
  apex: 'APEXes',
  file: 'Microdroid',
  custom: 'no',
  asKernel: 'no',
  debug: 'no',
  gdb: 'no',
  outside: 'no',
  low: 'no',
};
const isUsual = (name: string, value: string): boolean =>
  usual[name] === value || (name.endsWith('Fault') && value === 'right');

/** Arguments that need no name beside them. */
const bare = new Set(['page', 'vm', 'cid', 'device', 'iova', 'value', 'client', 'app', 'permission']);

/** A call with the arguments that say something; which word of a page is meant says nothing where there is one. */
export function formatWritten({ call, args }: WrittenCall, words: number): string {
  const said = Object.entries(args)
    .filter(([name, value]) => !isUsual(name, value) && !(name === 'word' && words === 1))
    .map(([name, value]) => (bare.has(name) ? value : `${name} ${value}`));
  return `${call}(${said.join(', ')})`;
}

function formatCall({ system, calls }: Ran, { call }: Traced): string {
  const where = calls.some(({ cpu }) => cpu !== 0) ? ` on CPU ${call.cpu}` : '';
  return `${formatWritten(writeCall(system, call), system.config.words)}${where}`;
}
