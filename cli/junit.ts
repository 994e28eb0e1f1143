/** Reports in the form of JUnit, for build servers. */
const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escape = (text: string): string => text.replace(/[&<>"]/g, (character) => entities[character] ?? '');

export interface JunitCase {
  readonly suite: string;
  readonly name: string;
  readonly problem?: string | undefined;
  readonly skipped?: string | undefined;
  readonly seconds?: number;
}

export function junit(cases: readonly JunitCase[]): string {
  const failures = cases.filter((one) => one.problem !== undefined).length;
  const body = cases.map(({ suite, name, problem, skipped, seconds }) => {
    const time = seconds === undefined ? '' : ` time="${seconds.toFixed(3)}"`;
    const open = `    <testcase classname="pvm-spec.${suite}" name="${escape(name)}"${time}`;
    if (problem !== undefined) return `${open}><failure message="${escape(problem)}"/></testcase>`;
    return skipped === undefined ? `${open}/>` : `${open}><skipped message="${escape(skipped)}"/></testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites tests="${cases.length}" failures="${failures}">`,
    `  <testsuite name="pvm-spec" tests="${cases.length}" failures="${failures}">`,
    ...body,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}
