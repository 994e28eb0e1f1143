/** Calls as they are written for readers: arguments by name, in the words of their parameters. */
import type { Call, Machine } from '../spec/machine.ts';

export interface WrittenCall {
  readonly call: string;
  readonly cpu: number;
  readonly args: Readonly<Record<string, string>>;
}

export function writeCall(machine: Machine, call: Call): WrittenCall {
  const parameters = Object.entries(machine.rule(call.call).rule.parameters);
  const args = parameters.map(([name, parameter], i) => [name, parameter.say(machine.world, call.args[i] ?? 0)]);
  return { call: call.call, cpu: call.cpu, args: Object.fromEntries(args) as Record<string, string> };
}

/** The inverse of `writeCall`; an argument that is not given is the first that the parameter offers. */
export function readCall(machine: Machine, written: WrittenCall): Call {
  const parameters = Object.entries(machine.rule(written.call).rule.parameters);
  const args = parameters.map(([name, parameter]) => {
    const offered = parameter.values(machine.world);
    const said = written.args[name];
    const found = said === undefined ? offered[0] : offered.find((one) => parameter.say(machine.world, one) === said);
    if (found === undefined) throw new Error(`${written.call}: ${name} cannot be ${String(said)}`);
    return found;
  });
  return { call: written.call, cpu: written.cpu, args };
}
