/** What hwtrust said when it was run, beside what is decided here. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { readUdsPaths } from '../../model/evidence/uds-path.ts';
import { appraise } from '../../properties/evidence/appraise.ts';
import type { Decision } from '../../properties/evidence/decision.ts';
import { decisionOf } from '../../properties/evidence/decision.ts';
import type { Appraiser, Departure } from '../../spec/evidence/appraiser.ts';
import { asSpecified, unaskedOf } from '../../spec/evidence/appraiser.ts';
import { hwtrust } from '../../spec/evidence/appraisers/hwtrust.ts';
import type { Options } from '../../spec/evidence/options.ts';
import { defaultOptions, profileRanges } from '../../spec/evidence/options.ts';
import { appraiseUds, ofRootKey } from '../../spec/evidence/uds.ts';

/** One input, by its line, with the verdict of the tool: `proper`, `degenerate` or `denied`. */
export interface Heard {
  readonly line: number;
  readonly kind: 'chain' | 'request';
  readonly options: Options;
  readonly verdict: Decision['verdict'];
  /** Its message where it denies. */
  readonly says: string;
  readonly bytes: Uint8Array;
}

/** Options as `attest verify` names them. */
const given = z.strictObject({
  anyMode: z.boolean().optional(),
  instance: z.enum(['default', 'strongbox', 'avf', 'widevine']).optional(),
  profiles: z.enum(['vsr13', 'vsr14', 'vsr15', 'vsr16']).optional(),
  markers: z.enum(['reserved', 'anywhere']).optional(),
  at: z.number().optional(),
});

/** One line of the file. */
export interface Line {
  readonly kind: Heard['kind'];
  readonly options?: z.infer<typeof given>;
  readonly hwtrust: 'accepts' | 'denies';
  readonly says: string;
  readonly b64: string;
}

export const verdictsFolder = new URL('../../model/vectors/hwtrust-verdicts/', import.meta.url);

export const heard = (): readonly Heard[] =>
  readFileSync(new URL('verdicts.jsonl', verdictsFolder), 'utf8')
    .trimEnd()
    .split('\n')
    .map((text, at) => heardIn(JSON.parse(text) as Line, at + 1));

/** Throws for options that are none. */
function optionsIn(options: Line['options'] = {}): Options {
  const { anyMode, instance, profiles, markers, at } = given.parse(options);
  return {
    allowAnyMode: anyMode ?? defaultOptions.allowAnyMode,
    instance: instance ?? defaultOptions.instance,
    profiles: profiles === undefined ? defaultOptions.profiles : profileRanges[profiles],
    markers: markers ?? defaultOptions.markers,
    ...(at === undefined ? {} : { at }),
  };
}

export const heardIn = ({ kind, options, hwtrust: verdict, says, b64 }: Line, line: number): Heard => ({
  line,
  kind,
  options: optionsIn(options),
  verdict: verdict === 'denies' ? 'denied' : says === 'degenerate' ? 'degenerate' : 'proper',
  says: says.replace(/^denied: /, ''),
  bytes: new Uint8Array(Buffer.from(b64, 'base64')),
});

export const decided = ({ bytes, options }: Pick<Heard, 'bytes' | 'options'>, appraiser: Appraiser): Decision =>
  decisionOf(appraise(bytes, options, appraiser));

export interface Difference {
  readonly input: Heard;
  readonly specified: Decision;
  /** The ways of hwtrust each of which alone would have the specification decide so too. */
  readonly because: readonly Departure[];
}

const withOnly = (departure: Departure): Appraiser => ({ ...asSpecified, departures: [departure] });

/** The inputs that the specification decides otherwise, each with what it is about hwtrust that makes the difference. */
export const differences = (): readonly Difference[] =>
  heard().flatMap((input) => {
    const specified = decided(input, asSpecified);
    if (specified.verdict === input.verdict) return [];
    const because = hwtrust.departures.filter((one) => decided(input, withOnly(one)).verdict === input.verdict);
    return [{ input, specified, because }];
  });

/** One path of certificates, from its root on, with what OpenSSL says of it. */
interface HeardPath {
  readonly name: string;
  readonly isAccepted: boolean;
  readonly path: readonly Uint8Array[];
}

export const heardOfPaths = (): readonly HeardPath[] =>
  readFileSync(new URL('../openssl-verdicts/paths.jsonl', verdictsFolder), 'utf8')
    .trimEnd()
    .split('\n')
    .map((text) => {
      const line = JSON.parse(text) as { case: string; openssl: string; path: string[] };
      const path = line.path.map((one) => new Uint8Array(Buffer.from(one, 'base64')));
      return { name: line.case, isAccepted: line.openssl === 'accepts', path };
    });

/** When OpenSSL was run on the paths. */
const at = Date.UTC(2026, 11, 1);

export function isSoundToOpenSsl(path: readonly Uint8Array[]): boolean {
  const facts = readUdsPaths(new Map([['signer', path]]), undefined, { openSsl: true });
  return (
    appraiseUds(facts, { ...defaultOptions, at }, new Set([...ofRootKey, ...unaskedOf(hwtrust)])).kind === 'proper'
  );
}
