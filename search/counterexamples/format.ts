/** What all files have in common: a shape, a version, and the schema that they name. */
import type { z } from 'zod';

export interface FileFormat<T> {
  /** Its schema is `<name>.schema.json`. */
  readonly name: string;
  /** In a sentence: `a counterexample`. */
  readonly what: string;
  /** A file that does not say its version has the first. */
  readonly version: number;
  /** All but `$schema` and `version`. */
  readonly shape: z.ZodType<T>;
  /** A file of an older version, or from before versions, as one of today. */
  readonly upgrade?: (file: object) => object;
}

export const schemaFile = ({ name }: Pick<FileFormat<unknown>, 'name'>): string => `${name}.schema.json`;

/** A file as it is written; `folder` is where its schema is, seen from the file, and ends in a slash. */
export const written = <T extends object>(format: FileFormat<T>, value: T, folder = ''): T & { $schema: string } => ({
  $schema: `${folder}${schemaFile(format)}`,
  version: format.version,
  ...value,
});

export const writtenText = <T extends object>(format: FileFormat<T>, value: T, folder?: string): string =>
  `${JSON.stringify(written(format, value, folder), null, 2)}\n`;

/** What is in a text, or what is wrong with it in one line. */
export function parseFile<T>(format: FileFormat<T>, text: string): T | string {
  const { what, shape, upgrade } = format;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `expected ${what} as JSON: ${(error as Error).message}`;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return `expected ${what}: it is no object`;
  const { $schema, version, ...rest } = value as Readonly<Record<string, unknown>>;
  const problem = otherSchema(format, $schema) ?? otherVersion(format, version);
  if (problem !== undefined) return `expected ${what}: ${problem}`;
  const result = shape.safeParse(upgrade?.(rest) ?? rest);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.map(String).join('.')}: `;
  return `expected ${what}: ${where}${issue?.message ?? 'invalid'}`;
}

/** Only the name counts: the schema may be anywhere. */
function otherSchema(format: Pick<FileFormat<unknown>, 'name'>, given: unknown): string | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== 'string') return '$schema: expected the name of its schema';
  const name = given.slice(given.lastIndexOf('/') + 1);
  return name === schemaFile(format) ? undefined : `$schema: it names ${name}, not ${schemaFile(format)}`;
}

function otherVersion({ version: known }: Pick<FileFormat<unknown>, 'version'>, given: unknown): string | undefined {
  if (given === undefined) return undefined;
  if (typeof given !== 'number' || !Number.isInteger(given) || given < 1)
    return 'version: expected a whole number from 1 on';
  const newer = `version: it is of version ${given}, and this pvm-spec reads up to ${known}; use a newer pvm-spec`;
  return given > known ? newer : undefined;
}
