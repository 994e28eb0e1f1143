/** `pvm-spec attest verify FILE…`: is this evidence believed, and if not, by which clause? */
import type { Command } from 'commander';
import { appraisers } from '../../spec/evidence/appraisers/all.ts';
import { profileRanges } from '../../spec/evidence/options.ts';
import { readEvidenceFile } from '../attest/input.ts';
import { judgeEvidence } from '../attest/judge.ts';
import type { Judging } from '../attest/judge.ts';
import { statusOf } from '../attest/judged.ts';
import type { Judged } from '../attest/judged.ts';
import { keyPolicyOf } from '../attest/key.ts';
import type { KeyFlags } from '../attest/key.ts';
import { appraiserNamed, instances, optionsOf } from '../attest/options.ts';
import type { OptionFlags } from '../attest/options.ts';
import { policyIn } from '../attest/policy.ts';
import { attestReport } from '../attest/shape.ts';
import { align } from '../attest/table.ts';
import { givenAgain } from '../given-again.ts';
import { fileInReport, jsonReport } from '../json-report.ts';
import { exitStatus, fail, print, warn } from '../output.ts';
import { pageOfEvidence } from '../report/attest.ts';
import { pageText } from '../report/write.ts';
import { save } from '../save.ts';
import { secondsOf } from '../targets.ts';

interface Flags extends KeyFlags, OptionFlags {
  readonly json?: true;
  readonly html?: string;
  readonly policy?: string;
  readonly patience?: string;
}

export function attestCommand(attest: Command): void {
  attest
    .command('verify')
    .description(
      'read a DICE chain, a handover, a request for certificates, certificates for a root key, a key attestation or a policy, and decide whether it is believed',
    )
    .argument(
      '<file...>',
      'evidence, as bytes, as base64 or as JSON of a factory; certificates of a key in PEM or DER, its own first; - for standard input',
    )
    .option('--allow-any-mode', 'take modes other than normal')
    .option('--instance <kind>', `who asks: ${instances.join(', ')}; by default what a factory names, else default`)
    .option('--profiles <range>', `${Object.keys(profileRanges).join(', ')}, or FIRST..LAST`, 'vsr16')
    .option('--markers <rule>', 'RKP VM markers of others: reserved, or anywhere without a gap', 'reserved')
    .option(
      '--at <date>',
      'require X.509 certificates to be valid then; otherwise hwtrust takes today, and others pass over their times',
    )
    .option('--verifier <name>', `judge as another does: ${appraisers.map(({ name }) => name).join(', ')}`)
    .option('--root <file...>', 'key attestation: the roots that are trusted')
    .option('--challenge <hex>', 'key attestation: the challenge that was sent')
    .option('--boot-key <hex...>', "key attestation: keys of systems that are as good as the vendor's")
    .option('--revoked <serial...>', 'key attestation: serial numbers that were taken back')
    .option('--policy <file>', 'chain: the policy of Secretkeeper that it has to meet as well')
    .option('--patience <seconds>', 'how long nobody may write to a pipe until it is given up', '60')
    .option('--json', 'one JSON object for each piece of evidence')
    .option('--html <file>', 'write a page: the verdict on each piece, what it holds, and each check that was asked')
    .action(async (files: string[], flags: Flags, command: Command) => {
      const judging = await judgingOf(flags);
      let status: number = exitStatus.holds;
      const judged: Judged[] = [];
      const unread: string[] = [];
      for (const file of files) {
        for (const one of await judgeFile(file, judging, secondsOf(flags.patience).seconds)) {
          status = Math.max(status, typeof one === 'string' ? exitStatus.usage : statusOf(one));
          tell(one, flags.json === true);
          if (typeof one === 'string') unread.push(one.replaceAll(file, fileInReport(file)));
          else judged.push(one);
        }
      }
      process.exitCode = status;
      const { html } = flags;
      if (html === undefined) return;
      const again = givenAgain('attest verify', files, command);
      save(html, pageText(html, pageOfEvidence({ judged, unread, again, verifier: judging.appraiser.name })));
    });
}

async function judgingOf(flags: Flags): Promise<Judging> {
  const appraiser = appraiserNamed(flags.verifier);
  const policy =
    flags.policy === undefined ? undefined : await policyIn(flags.policy, secondsOf(flags.patience).seconds);
  if (typeof policy === 'string') fail(policy);
  const options = optionsOf(flags, appraiser);
  return {
    options: (one) => (one === appraiser ? options : optionsOf(flags, one)),
    ...{ appraiser, policy, instance: flags.instance, isNamed: flags.verifier !== undefined },
    keyPolicy: () => {
      const wanted = keyPolicyOf(flags, options.at);
      return typeof wanted === 'string' ? fail(wanted) : wanted;
    },
  };
}

/** Each piece of evidence in a file, judged; or in one line why one is not. */
async function judgeFile(
  file: string,
  judging: Judging,
  seconds: number | undefined,
): Promise<readonly (Judged | string)[]> {
  const found = await readEvidenceFile(file, seconds);
  return typeof found === 'string' ? [found] : found.map((evidence) => judgeEvidence(evidence, judging));
}

function tell(one: Judged | string, asJson: boolean): void {
  if (typeof one === 'string') {
    warn(one);
    return;
  }
  const { name, kind, words, tables, notes, json } = one;
  const lines = [...tables.flatMap(align), ...notes].map((line) => `  ${line}`);
  const text =
    kind === 'unreadable' ? [`${name}: unreadable: ${words}`] : [`${name}: ${kind}`, ...lines, `${name}: ${words}`];
  print(asJson ? JSON.stringify(jsonReport(attestReport, { name: fileInReport(name), ...json })) : text.join('\n'));
}
