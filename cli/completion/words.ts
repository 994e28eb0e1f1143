/** What can follow on a command line, read from the commands themselves. */
import type { Command, Option } from 'commander';

/** What an option or an argument takes that says no choices of its own: a list that the scripts hold once. */
const lists: Readonly<Record<string, string>> = {
  '--profile': '$profiles',
  '--clause': '$clauses',
  from: '$profiles',
  to: '$profiles',
  text: '$clauses',
  'name-or-clause': '$clauses',
};

/** Words, parted by spaces; `$profiles` and `$clauses` stand for those lists. */
export interface Words {
  /** By command (`trace check`; '' is the program): its own commands, options and arguments. */
  readonly ofCommands: ReadonlyMap<string, string>;
  /** By command and option (`verify --profile`), for each option that takes a value: '' where it takes anything. */
  readonly ofOptions: ReadonlyMap<string, string>;
}

interface Place {
  readonly path: string;
  readonly command: Command;
}

const placesIn = (command: Command, path = ''): readonly Place[] => [
  { path, command },
  ...command.commands.flatMap((one) => placesIn(one, `${path} ${one.name()}`.trim())),
];

const takesValue = ({ required, optional }: Option): boolean => required || optional;
const valuesOf = ({ long, argChoices }: Option): string => argChoices?.join(' ') ?? lists[long ?? ''] ?? '';

function wordsOf({ commands, options, registeredArguments }: Command): string {
  const names = commands.map((one) => one.name());
  const values = registeredArguments.map((one) => one.argChoices?.join(' ') ?? lists[one.name()] ?? '');
  return [...names, ...options.map(({ long }) => long ?? ''), '--help', ...new Set(values)].filter(Boolean).join(' ');
}

export function wordsAfter(program: Command): Words {
  const places = placesIn(program);
  return {
    ofCommands: new Map(places.map(({ path, command }) => [path, wordsOf(command)])),
    ofOptions: new Map(
      places.flatMap(({ path, command }) =>
        command.options.filter(takesValue).map((option) => [`${path} ${option.long ?? ''}`, valuesOf(option)] as const),
      ),
    ),
  };
}
