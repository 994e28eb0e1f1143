/** Calls of a transcript and their answers, as one reads them. */
import { ends } from '../search/conformance/difference.ts';
import type { Difference } from '../search/conformance/difference.ts';
import type { WrittenCall } from '../search/judge/written-call.ts';
import { clauses } from '../spec/clauses.generated.ts';
import type { Question } from '../spec/target.ts';
import type { Answer, Scalar } from '../spec/transcript.ts';

type Argument = Question['args'][string];

/** What a reader can do without: a VM has its name or its handle, and most offsets and lists are empty. */
function isPlain(name: string, value: Argument, args: Question['args']): boolean {
  if (name === 'handle') return typeof args['vm'] === 'string';
  if (name === 'vm') return value === null;
  return (name.endsWith('Offset') && value === 0) || (Array.isArray(value) && value.length === 0);
}

/** Arguments that need no name beside them. */
const bare = new Set(['vm', 'page']);

const formatScalar = (value: Scalar): string =>
  typeof value === 'number' && value > 0xffff ? `0x${value.toString(16)}` : String(value);

const formatArgument = (value: Argument): string =>
  typeof value === 'object' && value !== null ? value.map(formatScalar).join(' ') : formatScalar(value);

export const formatQuestion = ({ op, args }: Question): string =>
  `${op}(${Object.entries(args)
    .filter(([name, value]) => !isPlain(name, value, args))
    .map(([name, value]) => (bare.has(name) ? formatArgument(value) : `${name} ${formatArgument(value)}`))
    .join(', ')})`;

/** A call of a sequence with all its arguments. */
export const formatStep = ({ call, cpu, args }: WrittenCall): string =>
  `${call}(${Object.entries(args)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ')}) on CPU ${cpu}`;

/** What ends a sequence is told whole; other differences are those of one field. */
const whole: ReadonlySet<string> = new Set(ends);

/** What was expected, and by which clause, and what came. */
export function formatDifference({ what, expected, got, clause }: Difference): string[] {
  const field = whole.has(what) ? '' : `${what} `;
  const because = clause === undefined ? '' : `   ${clause}: ${clauses[clause].text}`;
  return [`  expected ${field}${expected}${because}`, `  got      ${field}${got}`];
}

/** The fields of an answer; what a machine printed when it stopped is left to the file. */
export function formatAnswer(answer: Answer): string {
  if ('panic' in answer) return answer['panic'] === 'hang' ? 'no answer any more' : 'the machine stops';
  return Object.entries(answer)
    .filter(([name]) => name !== 'memcache' || !('ret' in answer))
    .map(([name, value]) => (name === 'ret' || name === 'value' ? formatValue(value) : `${name} ${formatValue(value)}`))
    .join(', ');
}

const formatValue = (value: Answer[string]): string =>
  typeof value === 'object' && value !== null
    ? Object.entries(value)
        .map(([name, number]) => `${name} ${number}`)
        .join(' ')
    : String(value);
