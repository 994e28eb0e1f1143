/** How a fault of the reference model reads: what went wrong, each call with its answer, and where others came in. */
import type { Counterexample } from '../../counterexamples/file.ts';
import { faults } from '../../counterexamples/faults/all.ts';
import { labFor, machineWorldNamed, movesOf } from '../../properties/machine/fault.ts';
import type { Broken } from '../../properties/machine/lab.ts';

export interface FaultTold {
  readonly title: string;
  readonly known: string | undefined;
  readonly broken: Broken | undefined;
  readonly lines: readonly string[];
}

/** Run it again with its fault. What cannot be run is said in one line. */
export function tellFault(counterexample: Counterexample): FaultTold | string {
  const fault = faults.find(({ id }) => id === counterexample.fault);
  const named = machineWorldNamed(counterexample.world);
  if (fault === undefined) return `no fault ${counterexample.fault ?? ''}`;
  if (named === undefined) return `no world ${counterexample.world}`;
  const lab = labFor(named, fault, new Set([counterexample.breaks]));
  let broken: Broken | undefined;
  try {
    broken = lab.run(movesOf(lab, counterexample));
  } catch (error) {
    return (error as Error).message;
  }
  const rows = lab.performed.map(({ rule, answer }, i) => {
    const call = counterexample.calls[i];
    const turn = counterexample.schedule?.find((one) => one.call === i + 1);
    const said =
      answer === undefined
        ? ''
        : answer.kind === 'refused'
          ? answer.error
          : answer.kind === 'died'
            ? 'the machine stops'
            : String(answer.answer);
    const held =
      turn === undefined
        ? ''
        : `   stops at “${turn.at}” while ${turn.lets === 1 ? 'the next call acts' : `${turn.lets} calls act`}`;
    const mark = i + 1 === broken?.length ? '  ✗' : '';
    return [
      `CPU ${call?.cpu ?? 0}`,
      rule.rule.actor,
      `${call?.call ?? ''}(${sayArgs(call?.args ?? {})})`,
      `${said}${mark}${held}`,
    ] as const;
  });
  const width = (column: 1 | 2): number => Math.max(0, ...rows.map((row) => row[column].length));
  const lines = rows.map(([cpu, actor, call, answer], i) =>
    `${String(i + 1).padStart(2)}  ${cpu}  ${actor.padEnd(width(1))}  ${call.padEnd(width(2))}  ${answer}`.trimEnd(),
  );
  return { title: fault.title, known: fault.known, broken, lines };
}

const sayArgs = (args: Readonly<Record<string, string>>): string =>
  Object.entries(args)
    .filter(([name, value]) => !(name.endsWith('Fault') && value === 'right'))
    .map(([name, value]) => (['page', 'vm', 'value', 'device', 'iova'].includes(name) ? value : `${name} ${value}`))
    .join(', ');
