/**
 * Calls as they are written for readers: arguments by name, in the words of their parameters, VMs in order of
 * appearance.
 */
import type { Call, TransitionSystem } from '../../spec/transition-system.ts';
import type { Parameter } from '../../spec/parameters.ts';
import type { Config } from '../../spec/config.ts';
import { formatVm, readVm } from './vm-symmetry.ts';

export interface WrittenCall {
  readonly call: string;
  readonly cpu: number;
  readonly args: Readonly<Record<string, string>>;
}

const format = (config: Config, parameter: Parameter, value: number): string =>
  parameter.kind === 'vm' ? formatVm(value) : parameter.format(config, value);

function read(config: Config, parameter: Parameter, text: string): number | undefined {
  if (parameter.kind === 'vm') return readVm(text);
  return parameter.values(config).find((one) => parameter.format(config, one) === text);
}

export function writeCall(system: TransitionSystem, call: Call): WrittenCall {
  const parameters = Object.entries(system.rule(call.call).rule.parameters);
  const args = parameters.map(([name, parameter], i) => [name, format(system.config, parameter, call.args[i] ?? 0)]);
  return { call: call.call, cpu: call.cpu, args: Object.fromEntries(args) as Record<string, string> };
}

/** The inverse of `writeCall`; an argument that is not given is the first that the parameter offers. */
export function readCall(system: TransitionSystem, written: WrittenCall): Call {
  const parameters = Object.entries(system.rule(written.call).rule.parameters);
  const strange = Object.keys(written.args).find((name) => !parameters.some(([known]) => known === name));
  if (strange !== undefined) throw new Error(`${written.call} has no argument ${strange}`);
  if (written.cpu >= system.config.cpus) throw new Error(`${written.call}: there is no CPU ${written.cpu}`);
  const args = parameters.map(([name, parameter]) => {
    const text = written.args[name];
    const found = text === undefined ? parameter.values(system.config)[0] : read(system.config, parameter, text);
    if (found === undefined) throw new Error(`${written.call}: ${name} cannot be ${String(text)}`);
    return found;
  });
  return { call: written.call, cpu: written.cpu, args };
}
