/**
 * `pvm-spec attest verify FILE…`: is this evidence believed, and if not, by which clause? A path of X.509 certificates is
 * a key attestation, and everything else shows what it is by how its CBOR begins.
 */
import type { Command } from 'commander';
import type { z } from 'zod';
import { clauses } from '../../spec/clauses.generated.ts';
import type { Appraiser } from '../../spec/evidence/appraiser.ts';
import { appraisers } from '../../spec/evidence/appraisers/all.ts';
import type { Verdict } from '../../spec/evidence/chain.ts';
import type { UdsPathFacts } from '../../spec/evidence/facts.ts';
import type { Options } from '../../spec/evidence/options.ts';
import { profileRanges } from '../../spec/evidence/options.ts';
import { appraise } from '../../properties/evidence/appraise.ts';
import type { Appraisal } from '../../properties/evidence/appraise.ts';
import { readEvidenceFile } from '../attest/input.ts';
import type { NamedEvidence } from '../attest/input.ts';
import { appraiseKeyPath, certificatesIn, keyPolicyOf, linesOfKey } from '../attest/key.ts';
import type { KeyFlags } from '../attest/key.ts';
import { formVerdict, holdAgainst, linesOfPolicy, policyIn } from '../attest/policy.ts';
import { appraisePaths, linesOfPaths } from '../attest/uds.ts';
import type { ReadPolicy } from '../../model/evidence/dice-policy.ts';
import { isPolicy, readPolicy } from '../../model/evidence/dice-policy.ts';
import { readUdsCertificates } from '../../model/evidence/uds-path.ts';
import type { OptionFlags } from '../attest/options.ts';
import { appraiserNamed, instanceNamed, instances, optionsOf } from '../attest/options.ts';
import { rowsOf, shown, tableOf } from '../attest/table.ts';
import { attestReport } from '../attest/shape.ts';
import { fileInReport, jsonReport } from '../json-report.ts';
import { exitStatus, fail, print, warn } from '../output.ts';
import { secondsOf } from '../targets.ts';

interface Flags extends KeyFlags, OptionFlags {
  readonly json?: true;
  readonly policy?: string;
  readonly patience?: string;
}

/** How evidence is judged: what the flags say, read once. */
interface Judging {
  readonly options: Options;
  readonly appraiser: Appraiser;
  readonly flags: Flags;
  readonly policy: ReadPolicy | undefined;
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
    .action(async (files: string[], flags: Flags) => {
      const appraiser = appraiserNamed(flags.verifier);
      const policy =
        flags.policy === undefined ? undefined : await policyIn(flags.policy, secondsOf(flags.patience).seconds);
      if (typeof policy === 'string') fail(policy);
      const judging = { options: optionsOf(flags, appraiser), appraiser, flags, policy };
      let status: number = exitStatus.holds;
      for (const file of files) status = Math.max(status, await verifyFile(file, judging));
      process.exitCode = status;
    });
}

async function verifyFile(file: string, judging: Judging): Promise<number> {
  const found = await readEvidenceFile(file, secondsOf(judging.flags.patience).seconds);
  if (typeof found === 'string') return refused(found);
  return Math.max(exitStatus.holds, ...found.map((evidence) => verifyOne(evidence, judging)));
}

/** What the bytes are shows in them. */
function verifyOne(evidence: NamedEvidence, judging: Judging): number {
  const { name, bytes } = evidence;
  const certificates = certificatesIn(bytes);
  if (certificates) return verifyKey(name, certificates, judging.options, judging.flags);
  const paths = readUdsCertificates(bytes);
  if (paths === undefined && !isPolicy(bytes)) return verifyEvidence(evidence, judging);
  const kind = paths ? 'UDS certificates' : 'policy';
  const { verifier, policy } = judging.flags;
  if (verifier !== undefined) return refused(`--verifier judges no ${kind}, and ${name} holds nothing else`);
  if (policy !== undefined) return refused(`--policy is met by chains, and ${name} is no chain`);
  return paths ? verifyPaths(name, paths, judging) : showPolicy(name, readPolicy(bytes), judging);
}

function verifyPaths(name: string, paths: readonly UdsPathFacts[], { options, flags }: Judging): number {
  const verdict = appraisePaths(paths, options);
  const lines = linesOfPaths(paths);
  return answered(flags, { name, kind: 'UDS certificates', verdict, paths }, lines, formatVerdict(verdict));
}

function showPolicy(name: string, policy: ReadPolicy, { flags }: Judging): number {
  const verdict = formVerdict(policy);
  const words = verdict ? formatVerdict(verdict) : 'well-formed; --policy holds a chain against it';
  const lines = linesOfPolicy(policy);
  return answered(flags, { name, kind: 'policy', verdict: verdict ?? null, lines }, lines, words);
}

/** A piece of evidence as `--json` writes it. */
interface Report {
  readonly name: string;
  readonly kind: string;
  readonly verdict: Verdict | null;
  readonly [more: string]: unknown;
}

const jsonOf = ({ name, ...rest }: z.infer<typeof attestReport.shape>): string =>
  JSON.stringify(jsonReport(attestReport, { name: fileInReport(name), ...rest }));

/** Prints what was found, and gives the status that goes with it. */
function answered({ json }: Flags, report: Report, lines: readonly string[], words: string): number {
  const { name, kind, verdict } = report;
  print(
    json ? jsonOf(report) : [`${name}: ${kind}`, ...lines.map((line) => `  ${line}`), `${name}: ${words}`].join('\n'),
  );
  return verdict?.kind === 'denied' ? exitStatus.violated : exitStatus.holds;
}

function verifyEvidence(evidence: NamedEvidence, { options, appraiser, flags, policy }: Judging): number {
  const named = flags.instance ?? evidence.instance ?? options.instance;
  const instance = instanceNamed(named);
  if (instance === undefined) {
    return refused(
      `${evidence.name} names the instance ${shown(named)}; there are ${instances.join(', ')}, and --instance takes one`,
    );
  }
  const appraisal = appraise(evidence.bytes, { ...options, instance }, appraiser);
  if (policy && appraisal.kind !== 'chain')
    return refused(`--policy is met by chains, and ${evidence.name} is no chain`);
  if (appraisal.kind === 'unreadable') {
    const { name } = evidence;
    print(flags.json ? jsonOf({ name, ...appraisal }) : `${name}: unreadable: ${formatFault(appraisal)}`);
    return exitStatus.usage;
  }
  const held = policy && holdAgainst(policy, evidence.bytes);
  const { kind, chain } = appraisal;
  const verdict = held && appraisal.verdict.kind !== 'denied' ? held.verdict : appraisal.verdict;
  const report = { name: evidence.name, kind, verdict, rootKey: chain?.rootKey.point };
  const lines = [
    ...(chain?.isChain ? tableOf(chain) : []),
    ...(policy && held ? linesOfPolicy(policy, held.found) : []),
  ];
  return answered(flags, { ...report, entries: chain ? rowsOf(chain) : [] }, lines, formatVerdict(verdict));
}

function refused(why: string): number {
  warn(why);
  return exitStatus.usage;
}

function verifyKey(name: string, path: readonly Uint8Array[], { at }: Options, flags: Flags): number {
  const policy = keyPolicyOf(flags, at);
  if (typeof policy === 'string') fail(policy);
  const { facts, verdict } = appraiseKeyPath(path, policy);
  const lines = facts.isReadable ? linesOfKey(facts, policy) : [];
  const report = { name, kind: 'key attestation', verdict, described: facts.described ?? null };
  return answered(flags, report, lines, formatVerdict(verdict));
}

const formatFault = ({ fault, at }: Extract<Appraisal, { kind: 'unreadable' }>): string =>
  fault === undefined ? 'it is no chain, handover or request' : `not CBOR as evidence has it: ${fault} at byte ${at}`;

function formatVerdict(verdict: Verdict): string {
  if (verdict.kind !== 'denied') return verdict.kind;
  const { entry, clause, reason } = verdict;
  const where = entry === undefined ? '' : ` at entry ${entry}`;
  return `denied${where}: ${reason}\n  ${clause}: ${clauses[clause].text}`;
}
