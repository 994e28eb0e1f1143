import { describe, expect, test } from 'vitest';
import { formatNamed } from '../../properties/images/formats.ts';
import type { Sample } from './forgery.ts';
import { kernelForgeries } from './kernel-forgeries.ts';
import { kernelSamples } from './kernel.ts';
import { partitionSamples } from './partition.ts';
import { topLevelSamples } from './top-level.ts';
import { veritySamples } from './verity.ts';

/** The offsets at which one bit can be another and the image is still accepted. */
function openIn({ format, options = {}, make }: Sample): readonly number[] {
  const piece = make(0);
  return [...piece.bytes.keys()].filter((at) => {
    const bytes = piece.bytes.with(at, (piece.bytes[at] ?? 0) ^ (1 << (at % 8)));
    return formatNamed(format).judge({ ...piece, bytes }, options).kind === 'accepted';
  });
}

const smallest = [topLevelSamples, kernelSamples, partitionSamples, veritySamples].flatMap((some) => some.slice(0, 1));

test.each(smallest)('$format › every byte of the smallest image counts but those that are free', (sample) => {
  const free = formatNamed(sample.format).free(sample.make(0));
  const open = openIn(sample);
  expect(open.filter((at) => !free.some(({ from, to }) => at >= from && at < to))).toEqual([]);
  expect(open.length).toBeGreaterThan(0);
});

/** What pvmfw's own tests try, by their names, and the image here that stands for it. */
const ofPvmfw = {
  latest_normal_payload_passes_verification: 'a kernel with its ramdisk for production',
  latest_debug_payload_passes_verification: 'a kernel with its ramdisk for debugging',
  payload_expecting_no_initrd_passes_verification_with_no_initrd: 'a kernel without a ramdisk',
  payload_with_non_initrd_descriptor_fails_verification_with_no_initrd:
    'there is a digest of something else, and no ramdisk',
  payload_with_non_initrd_descriptor_fails_verification_with_initrd:
    'there is a digest of something else, and a ramdisk',
  payload_expecting_no_initrd_passes_verification_with_service_vm_prop: 'a kernel that may attest',
  payload_with_unknown_vm_type_fails_verification_with_no_initrd: 'a capability is not known',
  payload_with_multiple_props_fails_verification_with_no_initrd: 'capabilities are listed in two properties',
  payload_with_duplicated_capability_fails_verification_with_no_initrd: 'a capability is listed twice',
  payload_expecting_initrd_fails_verification_with_no_initrd: 'the ramdisk is withheld',
  payload_with_empty_public_key_fails_verification: 'pvmfw trusts an empty key',
  payload_with_an_invalid_public_key_fails_verification: 'pvmfw trusts a key of zeros',
  payload_with_a_different_valid_public_key_fails_verification: 'pvmfw trusts another key',
  payload_with_an_invalid_initrd_fails_verification: 'the ramdisk is another file',
  unsigned_kernel_fails_verification: 'there is no footer',
  tampered_kernel_fails_verification: 'the kernel is changed in its second byte',
  kernel_footer_with_vbmeta_offset_overwritten_fails_verification: 'the description begins where the partition ends',
  kernel_footer_with_vbmeta_offset_overwritten_fails_verification_at_most:
    'the description begins at the largest offset',
  tampered_kernel_footer_fails_verification: 'the footer is changed where it gives the size',
  extended_initrd_fails_verification: 'something is appended to the ramdisk',
  tampered_vbmeta_fails_verification: 'the description is changed in its second byte',
  vbmeta_with_public_key_overwritten_fails_verification: 'the key is overwritten with zeros, which pvmfw trusts',
  vbmeta_with_public_key_overwritten_fails_verification_as_trusted: 'the key is overwritten with zeros',
  vbmeta_with_verification_flag_disabled_fails_verification: 'verification is turned off in a kernel that was signed',
  payload_with_rollback_index: 'a kernel with a rollback index',
  payload_with_multiple_capabilities: 'a kernel with two capabilities',
  payload_with_all_capabilities: 'a kernel with every capability',
} as const;
describe("what pvmfw's own tests try", () => {
  const denied = new Set(kernelForgeries.map(({ description }) => description));
  const accepted = new Set(kernelSamples.map(({ description }) => description));

  test.each(Object.entries(ofPvmfw))('%s is "%s"', (name, description) => {
    expect((name.includes('_fails_') ? denied : accepted).has(description)).toBe(true);
  });
  test('payload_with_prop_descriptor_fails_verification_with_no_initrd, which later releases have accepted', () => {
    expect(accepted.has('a kernel with a property that nobody reads')).toBe(true);
  });
});
