/** The schemas as a validator has them that is not ours, for tests. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { schemaFile } from '../../search/counterexamples/format.ts';
import { schemas } from './all.ts';

const folder = new URL('../../docs/schemas/', import.meta.url);
// Of the `additionalProperties` of a union, strict mode warns.
const ajv = new Ajv2020({ allErrors: true, strictTypes: false });
for (const { format } of schemas)
  ajv.addSchema(JSON.parse(readFileSync(new URL(schemaFile(format), folder), 'utf8')) as object);

/** What is wrong with a value by the schema in this file; nothing if it is as it says. */
export function errorsOf(file: string, value: unknown): unknown {
  const validate = ajv.getSchema(file);
  if (validate === undefined) throw new Error(`there is no schema ${file}`);
  return validate(value) === true ? undefined : validate.errors;
}
