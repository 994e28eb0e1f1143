/** Writes docs/schemas/: a JSON Schema for each format, and a page that says whose it is. */
import { schemaFile } from '../../search/counterexamples/format.ts';
import { schemas } from '../schemas/all.ts';
import type { Schema } from '../schemas/all.ts';
import { jsonSchemaText } from '../schemas/json-schema.ts';
import { generatedFrom, link, table } from './markdown.ts';
import type { SourceFile } from './requirements.ts';

const folder = 'docs/schemas';

export const renderSchemas = (): SourceFile[] => [
  ...schemas.map((one) => ({ path: `${folder}/${schemaFile(one.format)}`, text: jsonSchemaText(one) })),
  { path: `${folder}/README.md`, text: `${page().join('\n')}\n` },
];

const row = ({ format, writtenBy, readBy }: Schema): string[] => [
  link(`\`${format.name}\``, schemaFile(format)),
  format.what,
  String(format.version),
  writtenBy,
  readBy,
];

const page = (): string[] => [
  generatedFrom('the shapes that `cli/schemas/all.ts` lists'),
  '# Schemas',
  '',
  'Each format has a JSON Schema of draft 2020-12, made from the shape by which the tool itself reads or writes it. A',
  'schema has no address on the web: its `$id` is its file name, and the package has it in `docs/schemas/`.',
  '',
  ...table(
    ['schema', 'of', 'version', 'written by', 'read by'],
    [
      ...schemas.map(row),
      [
        link('`vectors`', 'vectors.schema.json'),
        `${link('vectors', '../vectors.md')} for verifiers of evidence; draft-07, written by hand`,
        '–',
        '`vectors`',
        'tests of verifiers',
      ],
    ],
  ),
  '',
  '## What a file says of itself',
  '',
  '- `$schema` names the schema. In this repository it is a relative path, which editors follow. What the tool writes',
  '  elsewhere has the file name alone: copy the schema beside it, or map the name to `docs/schemas/` in the settings of the',
  '  editor. A reader takes any path that ends in the right name, and refuses the name of another format.',
  '- `version` counts changes that an older reader would misread. A file without it is of version 1; counterexamples from',
  '  before versions, with the keys `world` and `lets`, are read too. A newer version is refused, with both numbers.',
  '- Reports have `tool` too, the version of pvm-spec that wrote them. Files are named by the way from the current',
  '  folder to them, or by their name alone where they are outside of it.',
  '',
  'A recording is JSON Lines: its schema is of one line, and the header has `format` and `version` instead of `$schema`.',
  'Traces in the Informal Trace Format have the keys of that format alone. `made` and `asked` in a shard are for `merge` of',
  'the same version only, and have no schema.',
  '',
  'A schema says less than the tool checks: whether a name is of a clause, a profile, a scope or a call of this version,',
  'and whether the calls show what the file claims, is known once it is read. Results of maintenance commands, such as',
  '`search/prove/results.json`, are not for others and have no schema.',
];
