/**
 * The command line as shells complete it. Nothing of the program runs when a key is pressed: a script holds the words.
 * Each finds the command among the words before the cursor, and offers what can follow; where that is nothing that the
 * script knows, the shell completes names of files.
 */
import type { Command } from 'commander';
import { clauses } from '../../spec/clauses.generated.ts';
import { profiles } from '../../spec/profiles/all.ts';
import { version } from '../version.ts';
import { wordsAfter } from './words.ts';
import type { Words } from './words.ts';

const profileNames = [...profiles.keys()].join(' ');
const clauseNames = Object.keys(clauses).join(' ');

/** Patterns that match a command found so far, a space, and the name of a command below it. */
const deeper = ({ ofCommands }: Words): string[] =>
  [...ofCommands.keys()].filter((path) => path !== '').map((path) => `'${path.includes(' ') ? path : ` ${path}`}'`);

const cases = (of: ReadonlyMap<string, string>, write: (pattern: string, words: string) => string): string[] =>
  [...of].map(([pattern, words]) => write(pattern, words));

/** For bash and zsh: sets `offered` to what can follow the words that it is given. */
function posixFunction(words: Words): string[] {
  const arm = (pattern: string, offered: string): string => `    '${pattern}') offered="${offered}" ;;`;
  return [
    '_pvm_spec_words() {',
    `  local profiles='${profileNames}'`,
    `  local clauses='${clauseNames}'`,
    '  local command= last= word',
    '  for word in "$@"; do',
    '    last=$word',
    '    case "$command $word" in',
    `    ${deeper(words).join(' | ')}) command="\${command:+$command }$word" ;;`,
    '    esac',
    '  done',
    '  case "$command $last" in',
    ...cases(words.ofOptions, arm),
    '    *)',
    '      case "$command" in',
    ...cases(words.ofCommands, arm),
    '      esac',
    '      ;;',
    '  esac',
    '}',
  ];
}

function bash(name: string, words: Words): string[] {
  return [
    ...posixFunction(words),
    '_pvm_spec() {',
    '  local offered=',
    '  _pvm_spec_words "${COMP_WORDS[@]:1:COMP_CWORD-1}"',
    '  mapfile -t COMPREPLY < <(compgen -W "$offered" -- "${COMP_WORDS[COMP_CWORD]}")',
    '}',
    `complete -o default -F _pvm_spec ${name}`,
  ];
}

function zsh(name: string, words: Words): string[] {
  return [
    ...posixFunction(words),
    '_pvm_spec() {',
    '  local offered=',
    '  _pvm_spec_words "${(@)words[2,CURRENT-1]}"',
    '  if [[ -n $offered ]]; then compadd -- ${=offered}; else _files; fi',
    '}',
    `compdef _pvm_spec ${name}`,
  ];
}

function fish(name: string, words: Words): string[] {
  const arm = (pattern: string, offered: string): string =>
    `    case '${pattern}'\n      ${offered === '' ? 'true' : `printf '%s\\n' ${offered}`}`;
  return [
    'function __pvm_spec_words',
    `  set -l profiles ${profileNames}`,
    `  set -l clauses ${clauseNames}`,
    "  set -l command ''",
    "  set -l last ''",
    '  for word in $argv',
    '    set last $word',
    '    switch "$command $word"',
    `    case ${deeper(words).join(' ')}`,
    '      set command (string trim "$command $word")',
    '    end',
    '  end',
    '  switch "$command $last"',
    ...cases(words.ofOptions, arm),
    "    case '*'",
    '      switch "$command"',
    ...cases(words.ofCommands, arm),
    '      end',
    '  end',
    'end',
    'function __pvm_spec_offered',
    '  __pvm_spec_words (commandline -opc)[2..]',
    'end',
    `complete -c ${name} -f -n '__pvm_spec_offered | count >/dev/null' -a '(__pvm_spec_offered)'`,
  ];
}

const writers = { bash, zsh, fish };
export type Shell = keyof typeof writers;
export const shells = Object.keys(writers) as readonly Shell[];

/** A script to be sourced. */
export function completionScript(shell: Shell, program: Command): string {
  const name = program.name();
  const lines = writers[shell](name, wordsAfter(program));
  return [`# Completion of ${name} ${version} for ${shell}.`, ...lines].join('\n');
}
