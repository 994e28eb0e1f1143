/** Faults in how pvmfw reads and judges the device tree of a host. */
import type { Fixed, Said, Span, TreeFacts } from '../../spec/images/device-tree.ts';
import { readFdt } from '../../model/fdt/form.ts';
import type { Piece } from '../../model/images/reader.ts';
import { deviceTree } from '../../properties/images/device-tree.ts';
import { faultOf } from './fault.ts';
import type { ImageFault } from './fault.ts';

const fault = faultOf(deviceTree);
const word = 1n << 64n;

type Change = (facts: TreeFacts, piece: Piece) => Partial<TreeFacts>;
const otherwise =
  (change: Change) =>
  (piece: Piece, read: (piece: Piece) => TreeFacts): TreeFacts => {
    const facts = read(piece);
    return { ...facts, ...change(facts, piece) };
  };

const changed = <T>(said: Said<T>, change: (value: T) => T): Said<T> =>
  said.kind === 'given' ? { ...said, value: change(said.value) } : said;
/** Addresses whose end is computed in 64 bits, and compared by that. */
const wrapped = <T extends Pick<Span, 'start' | 'size'>>(span: T): T =>
  span.start + span.size >= word ? { ...span, size: 0x1000n } : span;

/** A header that says that its strings go on to the end of the tree. */
function withAllStrings({ bytes, ...piece }: Piece): Piece {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  const { form } = readFdt(bytes);
  if (bytes.length >= 40) view.setUint32(32, Math.max(0, form.totalSize - (form.blocks[2]?.offset ?? 0)));
  return { ...piece, bytes: copy };
}

/** The last register of memory in place of the first. */
function lastOfMemory({ memory }: TreeFacts, { bytes }: Piece): Partial<TreeFacts> {
  const node = readFdt(bytes).nodes.find(({ name }) => name === 'memory');
  const last = node?.properties.findLast(({ name }) => name === 'reg');
  if (last?.value.length !== 16) return {};
  const view = new DataView(last.value.buffer, last.value.byteOffset);
  const value = { at: last.at, start: view.getBigUint64(0), size: view.getBigUint64(8) };
  return { memory: changed(memory, () => value) };
}

const startsAsFixed = (one: Fixed): Fixed =>
  one.reference?.startsWith(one.value) === true ? { ...one, reference: one.value } : one;

const ofForm: readonly ImageFault[] = [
  fault({
    id: 'strings-unbounded',
    title: 'names are looked up without the end of their block',
    loses: 'a name is read from behind the strings',
    clauses: ['FDT-NAMES'],
    story:
      'A property says where its name begins among the strings, and nobody compares that with where they end. The host lets names begin behind them, in bytes that a check of the tree has never seen, and may change what a property is called by changing those.',
    reads: (piece, read) => {
      const facts = read(withAllStrings(piece));
      const { fault: found } = facts.form;
      return { ...facts, form: { ...facts.form, fault: found?.kind === 'string' ? undefined : found } };
    },
  }),
  fault({
    id: 'block-end-wraps',
    title: 'the end of a block is computed in 32 bits',
    loses: 'a block of the tree reaches over all of memory',
    clauses: ['FDT-BLOCKS'],
    story:
      'Offset and size of a block are added in a word of 32 bits. With the largest size, the end lies before the start and passes the comparison with the end of the tree. From then on every name and every value is inside, wherever the host lets it point to.',
    reads: otherwise(({ form }) => ({
      form: {
        ...form,
        blocks: form.blocks.map((block) => (block.offset + block.size >= 2 ** 32 ? { ...block, size: 0 } : block)),
      },
    })),
  }),
  fault({
    id: 'total-length-believed',
    title: 'the size in the header of a tree is not compared with its place',
    loses: 'what lies behind a device tree is read as a part of it',
    clauses: ['FDT-SIZE'],
    story:
      'The header says how large the tree is, and it is the host’s. What lies behind the pages that were mapped for the tree is read as one more node, and the values in it reach the guest.',
    reads: otherwise(({ form }) => ({ form: { ...form, room: Math.max(form.room, form.totalSize, 40) } })),
  }),
];

const ofMachine: readonly ImageFault[] = [
  fault({
    id: 'last-property-counts',
    title: 'of several properties of one name, the last is checked',
    loses: 'the memory that was checked is not the memory that is used',
    clauses: ['TREE-MEMORY'],
    story:
      'The host writes the register of memory twice. The check goes through all properties and remembers the last, which is right; whoever looks the property up finds the first, which names memory of the host. The guest keeps its secrets there.',
    reads: otherwise(lastOfMemory),
  }),
  fault({
    id: 'memory-end-wraps',
    title: 'the end of memory is computed in 64 bits',
    loses: 'memory has no end that anything lies behind',
    clauses: ['TREE-MEMORY-END'],
    story:
      'Start and size of memory are added without a look at the carry. An end that wraps lies below the start: a comparison with it says of a device that it lies outside of memory, and of a buffer that it lies inside, as the host likes.',
    reads: otherwise(({ memory }) => ({
      memory: changed(memory, (span) => (span.start + span.size > word ? { ...span, size: 0x2000_0000n } : span)),
    })),
  }),
  fault({
    id: 'pci-over-memory',
    title: 'PCI ranges are not compared with memory',
    loses: 'a device of the host lies where the guest keeps its data',
    clauses: ['TREE-PCI'],
    story:
      'The host describes a PCI controller whose window begins in the middle of the VM’s memory. The guest maps a device there that is the host’s to write, in place of pages that are not.',
    reads: otherwise(({ pci }) => ({
      pci: changed(pci, (value) => ({
        ...value,
        ranges: value.ranges.map((range) =>
          range.bus === range.start && range.size < word / 2n ? { ...range, size: 0n } : range,
        ),
      })),
    })),
  }),
  fault({
    id: 'bounce-elsewhere',
    title: 'the bounce buffer is not looked for in memory',
    loses: 'the guest shares memory that is not meant for the host',
    clauses: ['TREE-BOUNCE'],
    story:
      'Whatever the tree calls the bounce buffer, the guest shares with the host. The host puts it where pvmfw lies, with what pvmfw left there.',
    reads: otherwise(({ bounce }) => ({
      bounce: changed(bounce, (buffer) =>
        buffer.start === undefined
          ? buffer
          : wrapped({ ...buffer, start: 0x8000_0000n, size: buffer.size % 0x1000_0000n }),
      ),
    })),
  }),
  fault({
    id: 'ramdisk-backwards',
    title: 'the ramdisk may end before it begins',
    loses: 'the size of a ramdisk is almost all of memory',
    clauses: ['RAMDISK-PLACE'],
    story:
      'The host says where the ramdisk begins and where it ends, the end first. The difference is taken without a sign, and a ramdisk as large as all addresses is mapped and hashed: over the kernel, over the tree, and over pvmfw.',
    reads: otherwise(({ ramdisk, kernel }) => ({
      ramdisk: changed(ramdisk, (span) => {
        const behind = kernel.kind === 'given' ? kernel.value.start + kernel.value.size : span.start;
        return span.size <= 0n ? { ...span, start: behind, size: 1n } : span;
      }),
    })),
  }),
];

const ofTrust: readonly ImageFault[] = [
  fault({
    id: 'untrusted-with-handles',
    title: 'everything under the untrusted node is copied',
    loses: 'a trusted node of the guest refers to one of the host’s',
    clauses: ['TREE-UNTRUSTED'],
    story:
      'The untrusted node may hold what the host likes, and the guest knows it by its name. With a handle of its own, or a kind of device that the guest looks for anywhere, it is found where nobody looks at names: as the node of the handover, for one.',
    unasked: ['TREE-UNTRUSTED'],
  }),
  fault({
    id: 'reference-by-prefix',
    title: 'fixed values are compared as far as the host’s go',
    loses: 'the host shortens a key that the bootloader has fixed',
    clauses: ['TREE-REFERENCE'],
    story:
      'The value of the host is compared with as many bytes of the one that is fixed. Four bytes of the digest of the vendor partition are then enough, or none, and a partition for which they are right is soon found.',
    reads: otherwise(({ fixed }) => ({ fixed: fixed.map(startsAsFixed) })),
  }),
  fault({
    id: 'overlay-over-pvmfw',
    title: 'assigned devices are compared with the overlay, and not with pvmfw',
    loses: 'the host puts a page of its own under pvmfw',
    clauses: ['TREE-ASSIGNED'],
    known: 'AOSP Virtualization 19b984fb',
    story:
      'pvmfw asks the hypervisor to map each register of an assigned device where the host’s tree has it. The host has it where pvmfw runs. The hypervisor confirms the device, and the next instruction is read from it.',
    reads: otherwise(({ assigned }) => ({
      assigned: assigned.map((device) => ({
        ...device,
        registers: changed(device.registers, (spans) =>
          spans.map((span) =>
            span.start < 0x8000_0000n && span.start >= 0x7fc0_0000n ? { ...span, start: 0x4000_0000n } : span,
          ),
        ),
      })),
    })),
  }),
];

export const treeFaults: readonly ImageFault[] = [...ofForm, ...ofMachine, ...ofTrust];
