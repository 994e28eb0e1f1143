/** Reports in the form of the Test Anything Protocol, version 14. */
import type { TestCase } from './junit.ts';
import { version } from './version.ts';

/** What a line cannot hold, and what would begin a directive. */
const described = (text: string): string => oneLine(text).replace(/[\\#]/g, '\\$&');
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** `properties`: what a report says of the run as a whole, such as its seed. */
export function tap(cases: readonly TestCase[], properties: Readonly<Record<string, string | number>> = {}): string {
  const lines = cases.flatMap(({ suite, name, problem, skipped, seconds }, i) => {
    const point = `${problem === undefined ? 'ok' : 'not ok'} ${i + 1} - ${described(`${suite}: ${name}`)}`;
    if (problem !== undefined) return [point, ...diagnostic(problem, seconds)];
    return [skipped === undefined ? point : `${point} # SKIP ${described(skipped)}`];
  });
  const said = Object.entries<string | number>({ version, ...properties }).map(
    ([name, value]) => `# ${name}: ${oneLine(String(value))}`,
  );
  return ['TAP version 14', ...said, `1..${cases.length}`, ...lines, ''].join('\n');
}

/** A string of JSON is one of YAML, but for what ends a line there. */
const quoted = (text: string): string =>
  JSON.stringify(text).replace(
    /[\u0085\u2028\u2029]/g,
    (end) => `\\u${end.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** A block of YAML. */
function diagnostic(problem: string, seconds: number | undefined): string[] {
  const [message = '', ...more] = problem.split('\n');
  return [
    '  ---',
    `  message: ${quoted(message)}`,
    ...(seconds === undefined ? [] : [`  duration_ms: ${Math.round(1000 * seconds)}`]),
    ...(more.length === 0 ? [] : ['  lines:', ...more.map((line) => `    - ${quoted(line)}`)]),
    '  ...',
  ];
}
