/** Calls as they are written for readers: arguments by name, in the words of their parameters, VMs in order of appearance. */
import type { Call, Machine } from '../../spec/machine.ts';
import type { Parameter } from '../../spec/parameters.ts';
import type { World } from '../../spec/world.ts';
import { readVm, sayVm } from './ordinals.ts';

export interface WrittenCall {
  readonly call: string;
  readonly cpu: number;
  readonly args: Readonly<Record<string, string>>;
}

const say = (world: World, parameter: Parameter, value: number): string =>
  parameter.kind === 'vm' ? sayVm(value) : parameter.say(world, value);

function read(world: World, parameter: Parameter, said: string): number | undefined {
  if (parameter.kind === 'vm') return readVm(said);
  return parameter.values(world).find((one) => parameter.say(world, one) === said);
}

export function writeCall(machine: Machine, call: Call): WrittenCall {
  const parameters = Object.entries(machine.rule(call.call).rule.parameters);
  const args = parameters.map(([name, parameter], i) => [name, say(machine.world, parameter, call.args[i] ?? 0)]);
  return { call: call.call, cpu: call.cpu, args: Object.fromEntries(args) as Record<string, string> };
}

/** The inverse of `writeCall`; an argument that is not given is the first that the parameter offers. */
export function readCall(machine: Machine, written: WrittenCall): Call {
  const parameters = Object.entries(machine.rule(written.call).rule.parameters);
  const strange = Object.keys(written.args).find((name) => !parameters.some(([known]) => known === name));
  if (strange !== undefined) throw new Error(`${written.call} has no argument ${strange}`);
  if (written.cpu >= machine.world.cpus) throw new Error(`${written.call}: there is no CPU ${written.cpu}`);
  const args = parameters.map(([name, parameter]) => {
    const said = written.args[name];
    const found = said === undefined ? parameter.values(machine.world)[0] : read(machine.world, parameter, said);
    if (found === undefined) throw new Error(`${written.call}: ${name} cannot be ${String(said)}`);
    return found;
  });
  return { call: written.call, cpu: written.cpu, args };
}
