/** Answers as a reproducer says them (targets/linux-pkvm/reproducer/report.h). */
import type { Verdict } from '../../../search/counterexamples/finding.ts';
import type { Answer } from '../../../spec/transcript.ts';

/** A field of an answer. */
export const said = (value: Answer[string] | undefined): string =>
  typeof value === 'object' ? JSON.stringify(value) : String(value);

const exitFields = ['gfn', 'fault', 'write', 'isv'] as const;

const hex = (number: unknown): string => `0x${BigInt(number as number).toString(16)}`;

function exitWords(answer: Answer): string {
  const fields = exitFields.filter((name) => name in answer);
  const says = (name: (typeof exitFields)[number]): string => {
    const value = answer[name];
    return `${name} ${name === 'gfn' ? hex(value) : typeof value === 'boolean' ? Number(value) : said(value)}`;
  };
  return [`exit ${said(answer['exit'])}`, ...fields.map(says)].join(', ');
}

/** An answer in the words of the module. */
export function wordsOf(answer: Answer): string {
  const { vm, ret, returned, memcache, value, ok, smccc, exit, fault } = answer;
  if (exit !== undefined) return exitWords(answer);
  if (typeof vm === 'string') return 'a handle';
  if (ret === 'anything') return 'an answer';
  if (typeof returned === 'object' && returned !== null) {
    const { metadata, stage2 } = returned;
    return `${said(ret)}, ${metadata} pages of structures and ${stage2} of tables`;
  }
  if (ret !== undefined) return said(ret);
  if (memcache !== undefined) return `${said(memcache)} pages`;
  if (value !== undefined) return said(value);
  if (smccc !== undefined) return `smccc ${said(smccc)}`;
  if (ok === true) return 'ok';
  if (fault !== undefined) return said(fault);
  return 'panic' in answer ? 'that the machine stops' : 'nothing';
}

/** What the specification expects of a call that is answered otherwise. */
export function expectedWords({ what, expected, clause }: NonNullable<Verdict['difference']>): string {
  const because = clause === undefined ? '' : ` (${clause})`;
  return `${inWords(what, expected)}${because}`;
}

function inWords(what: string, expected: string): string {
  try {
    const value = JSON.parse(expected) as Answer[string];
    return wordsOf(typeof value === 'object' && what === 'panic' ? (value as Answer) : { [what]: value });
  } catch {
    return `${what} ${expected}`;
  }
}
