/** The scope of a recording: small enough for an address, and with a name for everything that its calls pass. */
import { z } from 'zod';
import { largest } from '../../search/conformance/calls.ts';
import { isOfOwnership } from '../../search/conformance/check.ts';
import { Survey, transcriptConfig } from '../../search/conformance/survey.ts';
import type { Names } from '../../search/conformance/survey.ts';
import type { Scope } from '../../search/scopes/linux.ts';
import type { PageShape } from '../../spec/config.ts';
import { profiles } from '../../spec/profiles/all.ts';
import type { TranscriptHeader } from '../../spec/transcript.ts';
import { specialKinds } from '../../targets/transcript/read.ts';

/** How the scope of a recording is called; it is in no list. */
export const recordedScope = 'recorded';

const count = z.int().nonnegative();
/** Control characters, marks of direction, separators of lines, and halves of characters. */
export const unseen = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
const name = z
  .string()
  .max(40)
  .refine((text) => !unseen.test(text), { error: 'expected a name that can be seen' });
/** So many of each kind have a name. */
const mostNamed = 64;
const named = <T extends z.ZodType>(what: T) =>
  z.record(name, what).refine((all) => Object.keys(all).length <= mostNamed, {
    error: `expected no more than ${mostNamed} names`,
  });
/** A frame number in 64 bits; most of them no integer of JavaScript is exact for. */
const frame = z
  .number()
  .nonnegative()
  .max(2 ** 64)
  .refine(Number.isInteger, { error: 'expected a whole number' });
/** Blocks of 2 MiB that calls can name, with what else there is. */
const mostPages = 2048;
/** Entries of the VM table of Linux; a handle that is not below them is beyond it. */
export const mostSlots = 255;
/** Pages that one call puts on a list. */
const mostListed = 512;

export const worldShape = z
  .strictObject({
    pages: z.array(name).max(mostNamed),
    blocks: named(count.max(mostPages)),
    special: named(z.strictObject({ kind: z.enum(specialKinds), of: name.optional() })),
    sizes: named(count.max(64)).optional(),
    features: z.strictObject({ ipaBits: z.int().min(32).max(52), hardwareAccessFlag: z.boolean() }).optional(),
    code: frame.optional().describe('The frame that holds the guest code'),
    gfns: z.array(frame).max(mostNamed),
    offsets: z.array(count.max(4096)).max(mostNamed),
    vcpus: z.int().min(1).max(512),
    slots: z.int().min(1).max(mostSlots),
    passed: named(z.array(count.max(largest)).max(64)),
  })
  .refine(({ blocks }) => Object.values(blocks).reduce((sum, pages) => sum + pages, 0) <= mostPages, {
    error: `expected no more than ${mostPages} pages in all`,
  })
  .refine(({ passed }) => (passed[listLength] ?? []).every((pages) => pages <= mostListed), {
    error: `expected no list of more than ${mostListed} pages`,
  });

/** The kind of the argument that says how many pages a list takes. */
const listLength = 'list length';

export type World = z.infer<typeof worldShape>;

const nobody = { hypervisor: '', release: '', machine: '', mode: '' };

/** The scope, and how the recording calls what is in it. */
export function scopeOfWorld(world: World, profileName: string): { readonly scope: Scope; readonly names: Names } {
  const { pages, blocks, special, sizes, features, code, gfns, offsets, vcpus, slots, passed } = world;
  const header: TranscriptHeader = {
    ...{ target: nobody, profile: profileName, pages, blocks, sizes, features, guestStubGfn: code },
    specialPages: special,
  };
  const survey = new Survey();
  for (const gfn of gfns) survey.gfns.add(gfn);
  for (const offset of offsets) survey.offsets.add(offset);
  survey.vcpus = vcpus;
  const profile = profiles.get(profileName);
  const { config, names } = transcriptConfig(header, survey, profile !== undefined && isOfOwnership(profile));
  // A list that starts at the last page finds nothing behind it.
  const behind = Array.from({ length: Math.max(2, ...(passed[listLength] ?? [])) }, (_, i): PageShape => {
    const of = config.pages.length + i;
    return { kind: 'hole', name: '(beyond the last page)', pfn: of, of, aligned: 1 };
  });
  const whole = { ...config, pages: [...config.pages, ...behind], slots, symbolic: true, passed };
  return { scope: { name: recordedScope, config: whole, prelude: [], weights: {} }, names };
}
