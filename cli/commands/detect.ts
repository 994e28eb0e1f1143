/** `pvm-spec detect [FILE|-]`: which hypervisor does a device run, by its kernel log and its properties? */
import type { Command } from 'commander';
import { classify } from '../../model/detection/classify.ts';
import type { Boot, Detection, Seen } from '../../model/detection/classify.ts';
import { readBytes } from '../input.ts';
import { detectReport } from '../detect/shape.ts';
import { jsonReport } from '../json-report.ts';
import { exitStatus, print, warn } from '../output.ts';

/** Larger than the buffer of any kernel. */
const largestLog = 64 << 20;

export function detectCommand(command: Command): void {
  command
    .argument(
      '[file]',
      'the output of dmesg, and of getprop if there is one, in one file; - or nothing: standard input',
    )
    .option('--json', 'one JSON object')
    .action(async (file: string | undefined, { json }: { json?: true }) => {
      const bytes = await readBytes(file ?? '-', largestLog);
      if (typeof bytes === 'string') {
        warn(bytes);
        process.exitCode = exitStatus.usage;
        return;
      }
      const detection = classify(bytes);
      print(json ? JSON.stringify(jsonReport(detectReport, detection)) : describe(file ?? '-', detection).join('\n'));
      process.exitCode = isProtectedKvm(detection) ? exitStatus.holds : exitStatus.violated;
    });
}

const isProtectedKvm = ({ class: found }: Detection): boolean => found.startsWith('protected ');

const mostText = 120;
/** What comes from a log is shown without what a terminal would obey, and not at any length. */
function shown(text: string): string {
  const plain = text.replace(/[^\x20-\x7e]/g, '?');
  return plain.length > mostText ? `${plain.slice(0, mostText)}…` : plain;
}

function describe(file: string, detection: Detection): string[] {
  const name = file === '-' ? 'standard input' : file;
  return [
    `${name}: ${detection.class}: ${detection.because}`,
    ...(detection.decidedBy === undefined ? [] : [`  ${quote(file, detection.decidedBy)}`]),
    ...detection.boots.flatMap(describeBoot),
    ...detection.properties.map(({ line, text }) => `line ${line}: ${shown(text)}`),
  ];
}

const quote = (file: string, { line, text }: Seen): string =>
  `${file === '-' ? 'line ' : `${file}:`}${line}: ${shown(text)}`;

function describeBoot({ from, to, kernel, isWhole, since, seen, class: found }: Boot, at: number): string[] {
  const release = kernel === undefined ? 'a kernel without a name' : `Linux ${shown(kernel)}`;
  const form = since === undefined ? '' : `, as kernels say it from ${since} on`;
  const cut = isWhole ? '' : ', without its beginning';
  return [
    `boot ${at + 1}, lines ${from} to ${to}${cut}: ${release}: ${found}${form}`,
    ...seen.map(({ line, text }) => `  line ${line}: ${shown(text)}`),
  ];
}
