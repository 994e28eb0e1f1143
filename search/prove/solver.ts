/** A solver as one process: what is known is said once, and each condition is asked between push and pop. */
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** `unsat`: what was asked is impossible, so that its opposite is proved. `unknown`: no answer within the time. */
export type Verdict = 'unsat' | 'sat' | 'unknown';

/**
 * How each solver is started; a condition may take ten seconds. What it does not answer is asked again, by itself and
 * with the options after the first, which look for instances in other ways.
 */
export const solvers = {
  z3: {
    program: ['z3', '-in', '-smt2'],
    options: [
      ['timeout=2000', 'smt.relevancy=0'],
      ['timeout=10000'],
      ['timeout=10000', 'auto_config=false', 'smt.mbqi=false'],
    ],
  },
  cvc5: {
    program: ['cvc5', '--incremental', '--lang=smt2', '--tlimit-per=10000'],
    options: [[], ['--full-saturate-quant']],
  },
} as const;
export type SolverName = keyof typeof solvers;

/** A solver is not there, or did not understand what it was told. */
export class SolverError extends Error {}

/** Debian's program, or else the one of npm, which needs no installation and takes several times as long. */
export const z3OfNpm = [process.execPath, fileURLToPath(new URL('z3-of-npm.mjs', import.meta.url))] as const;
const isThere = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;
const programs = new Map<SolverName, readonly string[]>();
function programOf(name: SolverName): readonly string[] {
  const { program } = solvers[name];
  const found = programs.get(name) ?? (name === 'z3' && !isThere('z3') ? z3OfNpm : program);
  programs.set(name, found);
  return found;
}

/** What a solver wrote, and whether it came to its end. */
interface Told {
  readonly out: string;
  readonly isWhole: boolean;
}

/** Start a solver, give it the script, and take what it writes. */
function told(
  name: SolverName,
  script: readonly string[],
  options: readonly string[] = [],
  [program = '', ...fixed] = programOf(name),
): Promise<Told> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...fixed, ...options], { stdio: ['pipe', 'pipe', 'pipe'] });
    let out = '';
    const take = (text: string): void => {
      out += text;
    };
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('error', ({ message }) => {
      reject(
        new SolverError(
          `${name} cannot be started (${message}); Debian has it: apt-get install z3 cvc5; z3 alone: npm run prove -- --solver z3`,
        ),
      );
    });
    child.stdin.on('error', () => undefined);
    child.on('close', (_, signal) => {
      resolve({ out, isWhole: signal === null });
    });
    child.stdin.end(`${script.join('\n')}\n`);
  });
}

/** Send a script; what comes back are the verdicts of its questions, in order. */
export async function solve(
  name: SolverName,
  script: readonly string[],
  questions: number,
  attempt = 0,
  program = programOf(name),
): Promise<readonly Verdict[]> {
  const { out, isWhole } = await told(name, script, solvers[name].options[attempt], program);
  const lines = out.split('\n').map((line) => line.trim());
  const verdicts = lines.filter((line): line is Verdict => ['unsat', 'sat', 'unknown'].includes(line));
  const problem = lines.find((line) => line.includes('error'));
  // A solver that was killed, as by a fault of its own, leaves the rest without an answer.
  const missing = isWhole ? 0 : Math.max(0, questions - verdicts.length);
  const all = [...verdicts, ...Array.from({ length: missing }, () => 'unknown' as const)];
  if (all.length === questions && problem === undefined) return all;
  throw new SolverError(`${name} says: ${problem ?? `${verdicts.length} answers to ${questions} questions`}`);
}

/** What z3 writes of these terms in a model of the script; undefined if there is no model. */
export async function modelOf(script: readonly string[], terms: readonly string[]): Promise<string | undefined> {
  const { out } = await told('z3', [...script, '(check-sat)', `(get-value (${terms.join(' ')}))`], ['timeout=60000']);
  if (out.startsWith('unsat')) return undefined;
  if (!out.startsWith('sat')) throw new SolverError(`z3 says: ${out.split('\n')[0] ?? 'nothing'}`);
  return out;
}
