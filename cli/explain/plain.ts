/** How a fault reads whose counterexample is a plain file: a kernel log, or the certificates of a key. */
import { parse } from 'node:path';
import type { Detection } from '../../model/detection/classify.ts';
import { classify } from '../../model/detection/classify.ts';
import { readKeyCertificate } from '../../model/evidence/key-certificate.ts';
import { detectionFaults } from '../../mutants/detection/all.ts';
import { isMistaken } from '../../mutants/detection/shown.ts';
import { decidedBy, readKeys, specifiedOf } from '../../mutants/evidence/key-file.ts';
import { keyFaults } from '../../mutants/evidence/keys-attested.ts';
import { linesOfKey } from '../attest/key.ts';
import type { VerifierReport } from './evidence.ts';

/** Whether a file is one of these, by its name. */
export const isPlain = (file: string): boolean => /\.(?:log|pem)$/.test(file);

/** What a counterexample of a verifier says; of these files it is said beside the fault. */
export interface Said {
  readonly name: string;
  readonly fault: string;
  readonly breaks: string;
  readonly decided: string;
  readonly specified: string;
  readonly story: string;
}

/** What the file is called by, or in one line why it is no counterexample. */
export function plainNames(file: string): { readonly title: string; readonly breaks: string } | string {
  const { name, ext } = parse(file);
  if (ext === '.log') {
    const fault = detectionFaults.find(({ id }) => id === name);
    return fault
      ? { title: fault.loses, breaks: fault.clauses[0] ?? '' }
      : noFault(name, 'tool that detects', 'detect');
  }
  const fault = keyFaults.find(({ id }) => id === name);
  return fault
    ? { title: fault.loses, breaks: fault.breaks }
    : noFault(name, 'verifier of key attestations', 'attest verify');
}

const noFault = (name: string, of: string, command: string): string =>
  `no fault ${name} of a ${of}; pvm-spec ${command} reads such files`;

/** Decides it again, with the fault and as specified. */
export function reportPlain(
  file: string,
  text: string,
): { readonly said: Said; readonly report: VerifierReport } | string {
  const names = plainNames(file);
  if (typeof names === 'string') return names;
  const { name } = parse(file);
  const fault = detectionFaults.find(({ id }) => id === name);
  const made = file.endsWith('.log') && fault ? ofLog(fault, text) : ofKey(name, text);
  const { decided, specified, isWrong, lines, mistake, story, command } = made;
  const rows = [`with the fault  ${decided}`, `as specified    ${specified}`, `shown by        ${command}`];
  return {
    said: { name, fault: name, breaks: names.breaks, decided, specified, story },
    report: {
      ...{ title: names.title, mistake, known: undefined, details: [] },
      broken: isWrong ? names.breaks : undefined,
      lines: [...lines, '', ...rows],
    },
  };
}

interface Made {
  readonly decided: string;
  readonly specified: string;
  readonly isWrong: boolean;
  readonly lines: readonly string[];
  readonly mistake: string;
  readonly story: string;
  readonly command: string;
}

const inWords = ({ class: found, decidedBy: by }: Detection): string =>
  by === undefined ? `${found}, by no line` : `${found}, by line ${by.line}`;

/** A line with its number; what has no shape is written in digits. */
const numbered = (line: string, at: number): string =>
  `${String(at + 1).padStart(2)}  ${line.replace(/[^ -~]/g, (one) => `\\x${one.charCodeAt(0).toString(16).padStart(2, '0')}`)}`;

function ofLog(fault: (typeof detectionFaults)[number], text: string): Made {
  const bytes = new Uint8Array(Buffer.from(text));
  return {
    decided: inWords(fault.classify(bytes)),
    specified: inWords(classify(bytes)),
    isWrong: isMistaken(fault, bytes),
    lines: text === '' ? ['the log is empty'] : text.split(/\r\n|\r|\n/).map(numbered),
    mistake: fault.title,
    story: fault.story,
    command: `npx pvm-spec detect counterexamples/detection/${fault.id}.log`,
  };
}

function ofKey(name: string, text: string): Made {
  const fault = keyFaults.find(({ id }) => id === name);
  if (fault === undefined) throw new Error(`unreachable: no fault ${name}`);
  const shown = readKeys(text);
  const [decided, specified] = [decidedBy(fault, shown), specifiedOf(shown)];
  const { challenge } = shown.policy;
  const file = `counterexamples/keys/${name}.pem`;
  return {
    ...{ decided, specified, isWrong: (decided === 'proper') !== (specified === 'proper') },
    lines: [
      ...linesOfKey(readKeyCertificate(shown.path), shown.policy),
      ...(challenge === undefined ? [] : [`the challenge was ${challenge}`]),
    ],
    mistake: fault.title,
    story: fault.story,
    command: `npx pvm-spec attest verify ${file} --root ${file}${challenge === undefined ? '' : ` --challenge ${challenge}`}`,
  };
}
