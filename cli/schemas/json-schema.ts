/** A format as a JSON Schema of draft 2020-12. */
import { z } from 'zod';
import { schemaFile } from '../../search/counterexamples/format.ts';
import type { Schema } from './all.ts';

function jsonSchemaOf({ format, kind }: Schema): Readonly<Record<string, unknown>> {
  const { $schema, properties, required = [], ...body } = z.toJSONSchema(format.shape, { io: 'input' });
  const name = schemaFile(format);
  const head = { $schema, $id: name, title: `pvm-spec: ${format.what}` };
  if (kind === 'other') return { ...head, ...body, ...(properties && { properties, required }) };
  const own = {
    $schema: { type: 'string', pattern: `^(.*/)?${name.replaceAll('.', '\\.')}$` },
    version: { const: format.version },
    ...(kind === 'report' && { tool: { type: 'string', description: 'The version of pvm-spec that wrote it' } }),
  };
  // Files from before schemas and versions are of the first version.
  const named = kind === 'report' || format.version > 1 ? Object.keys(own) : [];
  return { ...head, ...body, properties: { ...own, ...properties }, required: [...named, ...required] };
}

export const jsonSchemaText = (schema: Schema): string => `${JSON.stringify(jsonSchemaOf(schema), null, 2)}\n`;
