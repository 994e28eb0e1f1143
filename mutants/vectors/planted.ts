/** The plain verifier with a mistake in it: its source is changed in one place, compiled, and run. */
import { readFileSync } from 'node:fs';
import * as crypto from 'node:crypto';
import { compileFunction } from 'node:vm';
import * as ts from 'typescript';
import type { Outcome } from './plain-verifier/verify.ts';
import type { Options } from './plain-verifier/options.ts';

/** A mistake of one place: what stands in a file of the plain verifier, once, and what is written in its stead. */
export interface Mistake {
  readonly id: string;
  /** What a verifier with it does wrong, as the end of a sentence that begins with "it". */
  readonly does: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Why nobody can tell the verifier from one without it. */
  readonly equivalent?: string;
}

type Verify = (evidence: Uint8Array, options: Options) => Outcome;

const folder = new URL('./plain-verifier/', import.meta.url);
const sources = new Map<string, string>();

function sourceOf(file: string): string {
  const text = sources.get(file) ?? readFileSync(new URL(file, folder), 'utf8');
  sources.set(file, text);
  return text;
}

/** How often the text of a mistake stands in its file; anything but once is a mistake of our own. */
export const placesOf = ({ file, from }: Mistake): number => sourceOf(file).split(from).length - 1;

type Module = (exports: object, require: (name: string) => unknown) => void;
const compiled = new Map<string, Module>();

function compile(text: string): Module {
  const known = compiled.get(text);
  if (known) return known;
  const options = { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2023 };
  const { outputText } = ts.transpileModule(text, { compilerOptions: options });
  const made = compileFunction(outputText, ['exports', 'require']) as Module;
  compiled.set(text, made);
  return made;
}

const verified = new Map<string, boolean>();

/** Signatures are what takes time, and a verifier with a mistake mostly asks for the same ones as any other. */
const verifyOnce: typeof crypto.verify = ((hash: string, data: Buffer, key: { key: Buffer }, signature: Buffer) => {
  const parts = [
    hash,
    JSON.stringify({ ...key, key: '' }),
    ...[data, key.key, signature].map((one) => one.toString('hex')),
  ];
  const name = crypto.createHash('sha256').update(parts.join(' ')).digest('hex');
  const holds = verified.get(name) ?? crypto.verify(hash, data, key, signature);
  verified.set(name, holds);
  return holds;
}) as never;

type IsOnCurve = (kind: string, point: Buffer) => boolean;

/** The same for points, which take as long. */
function once(isOnCurve: IsOnCurve): IsOnCurve {
  const known = new Map<string, boolean>();
  return (kind, point) => {
    const name = `${kind} ${point.toString('hex')}`;
    const found = known.get(name) ?? isOnCurve(kind, point);
    known.set(name, found);
    return found;
  };
}
const curves: Record<string, unknown> = {};

/** The verifier with that mistake, or as it is. A crash of it counts as a denial, as it would in a service. */
export function verifierWith(mistake?: Mistake): Verify {
  const loaded = new Map<string, object>();
  const load = (file: string): unknown => {
    const before = file === 'curves.ts' && mistake?.file !== file ? curves : loaded.get(file);
    if (before && Object.keys(before).length > 0) return before;
    const exports = before ?? {};
    loaded.set(file, exports);
    const text = sourceOf(file);
    const changed = mistake?.file === file ? text.replace(mistake.from, () => mistake.to) : text;
    compile(changed)(exports, (name) =>
      name === 'node:crypto' ? { ...crypto, verify: verifyOnce } : load(name.replace('./', '')),
    );
    if (exports === curves) curves['isOnCurve'] = once(curves['isOnCurve'] as IsOnCurve);
    return exports;
  };
  const { verify } = load('verify.ts') as { verify: Verify };
  return (evidence, options) => {
    try {
      return verify(evidence, options);
    } catch {
      return 'denied';
    }
  };
}
