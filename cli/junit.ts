/** Reports in the form of JUnit, for build servers. */
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
/** What XML cannot hold at all. */
const unspeakable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g;
const escape = (text: string): string =>
  text.replace(unspeakable, '').replace(/[&<>"]/g, (character) => entities[character] ?? '');

/** One line of a report: of which part it is, what was tried, how that ended. */
export interface TestCase {
  readonly suite: string;
  readonly name: string;
  /** What went wrong: the first line is its message. */
  readonly problem?: string | undefined;
  readonly skipped?: string | undefined;
  readonly seconds?: number;
}

/** `properties`: what a report says of the run as a whole, such as its seed. */
export function junit(cases: readonly TestCase[], properties: Readonly<Record<string, string | number>> = {}): string {
  const failures = cases.filter((one) => one.problem !== undefined).length;
  const seconds = cases.reduce((sum, one) => sum + (one.seconds ?? 0), 0);
  const body = cases.map(({ suite, name, problem, skipped, seconds }) => {
    const time = seconds === undefined ? '' : ` time="${seconds.toFixed(3)}"`;
    const open = `    <testcase classname="pvm-spec.${suite}" name="${escape(name)}"${time}`;
    if (problem !== undefined) {
      const [message = ''] = problem.split('\n');
      return `${open}><failure message="${escape(message)}">${escape(problem)}</failure></testcase>`;
    }
    return skipped === undefined ? `${open}/>` : `${open}><skipped message="${escape(skipped)}"/></testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${cases.length}" failures="${failures}">`,
    `  <testsuite name="pvm-spec" tests="${cases.length}" failures="${failures}" time="${seconds.toFixed(3)}">`,
    ...propertiesOf(properties),
    ...body,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function propertiesOf(properties: Readonly<Record<string, string | number>>): string[] {
  const lines = Object.entries(properties).map(
    ([name, value]) => `      <property name="${escape(name)}" value="${escape(String(value))}"/>`,
  );
  return lines.length === 0 ? [] : ['    <properties>', ...lines, '    </properties>'];
}
