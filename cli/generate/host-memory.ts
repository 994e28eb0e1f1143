/** Every field of the host's memory that EL2 of Linux 7.3 reads, as a page. */
import type { HostField } from '../../spec/profiles/host-memory-7.3.ts';
import { clauseLink, generatedFrom, table } from './markdown.ts';
import type { Place } from './markdown.ts';

const treatments = ['taken', 'checked', 'bounded', 'ignored'] as const;

function inHunts({ unwritten, stops }: HostField): string {
  if (unwritten !== undefined) return `no: ${unwritten}`;
  if (stops === undefined) return 'yes';
  const { from, to, finding } = stops;
  const values = from === to ? `${from}, which stops` : `${from} and more, which stop`;
  return `all but ${values} the machine (\`${finding}\`)`;
}

const row = (field: HostField): string[] => [
  `\`${field.path}\``,
  field.at === undefined ? '–' : String(field.at),
  field.readBy.map((call) => `\`${call}\``).join(', ') || '–',
  field.treated,
  field.says,
  `\`${field.source}\``,
  inHunts(field),
];

export function renderHostMemory(
  fields: readonly HostField[],
  measured: string,
  places: ReadonlyMap<string, Place>,
): string {
  const count = (treated: HostField['treated']): number => fields.filter((one) => one.treated === treated).length;
  const written = fields.filter(({ unwritten }) => unwritten === undefined).length;
  const heads = ['field', 'offset', 'read by', '', 'how', 'function', 'written in hunts'];
  const part = (of: string): string[] => [
    `## ${of}`,
    '',
    ...table(heads, fields.filter((one) => one.of === of).map(row)),
    '',
  ];
  return [
    generatedFrom('spec/profiles/host-memory-7.3.ts'),
    '',
    "# What EL2 reads of the host's memory",
    '',
    `All that ${clauseLink('HOST-MEMORY-TAKEN', places)} is about, for Linux 7.3: ${treatments.map((one) => `${count(one)} are ${one}`).join(', ')}. *Taken*: as it is. *Checked*: a wrong value refuses the call. *Bounded*: reduced to what is allowed. *Ignored*: not read, or not used; of those only such as could be thought to be read are listed. What becomes of a field was read in the source of 7.3.4.`,
    '',
    `Offsets are bytes from the start of the structure, in ${measured}; of an array that of its first element. A target that is set up reads them from the type information of its own kernel, or, where that has none, of the guest's module, and a test compares them where that kernel is set up. Hunts write to ${written} of these fields, before and between calls and before a guest runs: small numbers, numbers on both sides of the limits of lengths, counts and signs, random words, and addresses of the host, of a guest, of EL2 and of a device. What \`init_vm\` and \`init_vcpu\` have arguments for (the number of vCPUs, the handle, protection, flags, the index) the target writes last before these calls, and a structure for a vCPU is otherwise empty then. In a hunt there is one CPU; while a call is under way or a guest runs, some of the fields, and the links in the pages of a list, are written in the scenes of [two CPUs](two-cpus.md).`,
    '',
    ...[...new Set(fields.map(({ of }) => of))].flatMap(part),
  ].join('\n');
}
