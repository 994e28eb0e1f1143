/** The command line as bash completes it, read from the commands themselves: nothing runs when a key is pressed. */
import type { Command, Option } from 'commander';
import { clauses } from '../../spec/clauses.generated.ts';
import { profiles } from '../../spec/profiles/all.ts';
import { version } from '../version.ts';

/** What an option or an argument takes that says no choices of its own. */
const known: Readonly<Record<string, string>> = {
  '--profile': '$profiles',
  '--clause': '$clauses',
  from: '$profiles',
  to: '$profiles',
  text: '$clauses',
  'name-or-clause': '$clauses',
};

interface Place {
  readonly path: string;
  readonly command: Command;
}

const placesIn = (command: Command, path = ''): readonly Place[] => [
  { path, command },
  ...command.commands.flatMap((one) => placesIn(one, `${path} ${one.name()}`.trim())),
];

const takesValue = ({ required, optional }: Option): boolean => required || optional;
const valuesOf = ({ long, argChoices }: Option): string => argChoices?.join(' ') ?? known[long ?? ''] ?? '';

function wordsOf({ commands, options, registeredArguments }: Command): string {
  const names = commands.map((one) => one.name());
  const values = registeredArguments.map((one) => one.argChoices?.join(' ') ?? known[one.name()] ?? '');
  return [...names, ...options.map(({ long }) => long ?? ''), '--help', ...new Set(values)].filter(Boolean).join(' ');
}

/** A script to be sourced. Where it knows no words, bash completes names of files. */
export function bashCompletion(program: Command): string {
  const name = program.name();
  const places = placesIn(program);
  const options = places.flatMap(({ path, command }) =>
    command.options
      .filter(takesValue)
      .map((option) => `    '${path} ${option.long ?? ''}') words="${valuesOf(option)}" ;;`),
  );
  const inner = places
    .filter(({ path }) => path !== '')
    .map(({ path }) => `'${path.includes(' ') ? path : ` ${path}`}'`);
  return [
    `# Completion of ${name} ${version} for bash.`,
    '_pvm_spec() {',
    `  local profiles='${[...profiles.keys()].join(' ')}'`,
    `  local clauses='${Object.keys(clauses).join(' ')}'`,
    '  local command= words= current="${COMP_WORDS[COMP_CWORD]}" i',
    '  for ((i = 1; i < COMP_CWORD; i++)); do',
    '    case "$command ${COMP_WORDS[i]}" in',
    `    ${inner.join(' | ')}) command="\${command:+$command }\${COMP_WORDS[i]}" ;;`,
    '    esac',
    '  done',
    '  case "$command ${COMP_WORDS[COMP_CWORD - 1]}" in',
    ...options,
    '    *)',
    '      case "$command" in',
    ...places.map(({ path, command }) => `      '${path}') words="${wordsOf(command)}" ;;`),
    '      esac',
    '      ;;',
    '  esac',
    '  mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")',
    '}',
    `complete -o default -F _pvm_spec ${name}`,
  ].join('\n');
}
