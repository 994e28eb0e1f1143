import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { pvmSpecIn } from '../in-process.ts';

const logs = fileURLToPath(new URL('../../targets/linux-pkvm/logs/', import.meta.url));

const detect = async (
  args: readonly string[],
  input: string | Uint8Array = '',
): Promise<{ status: number; out: string; err: string }> => {
  const { status, stdout, stderr } = await pvmSpecIn({ input }, 'detect', ...args);
  return { status, out: stdout.replaceAll(logs, ''), err: stderr.replaceAll(logs, '') };
};

describe('detect', () => {
  test('quotes the line that decides, and ends with 0 for protected KVM', async () => {
    const { status, out } = await detect([`${logs}6.12-protected-hvhe.log`]);
    expect(status).toBe(0);
    expect(out).toMatchInlineSnapshot(`
      "6.12-protected-hvhe.log: protected hVHE: the kernel says so
        6.12-protected-hvhe.log:195: kvm [1]: Protected hVHE mode initialized successfully
      boot 1, lines 1 to 259: Linux 6.12.117+deb13-cloud-arm64: protected hVHE, as kernels say it from 6.5 on
        line 36: Kernel command line: console=ttyAMA0 panic=-1 kvm-arm.mode=protected
        line 92: CPU: All CPU(s) started at EL2
        line 115: CPU features: detected: Protected KVM
        line 195: kvm [1]: Protected hVHE mode initialized successfully
      "
    `);
  });

  test('says which hypervisor it is otherwise, by the properties, and ends with 1', async () => {
    const log = readFileSync(`${logs}7.3-el1.log`, 'latin1');
    const { status, out } = await detect(
      [],
      `${log}\n[ro.boot.hypervisor.version]: [gunyah]\n[ro.boot.hypervisor.protected_vm.supported]: [1]\n`,
    );
    expect(status).toBe(1);
    expect(out).toMatchInlineSnapshot(`
      "standard input: other hypervisor with protected VMs: protected VMs are supported, and not by KVM
        line 231: [ro.boot.hypervisor.protected_vm.supported]: [1]
      boot 1, lines 1 to 232: Linux 7.3.4+deb13-cloud-arm64: none
        line 6: KVM is not available. Ignoring kvm-arm.mode
        line 38: Kernel command line: console=ttyAMA0 panic=-1 kvm-arm.mode=protected
        line 162: kvm [1]: HYP mode not available
      line 230: [ro.boot.hypervisor.version]: [gunyah]
      line 231: [ro.boot.hypervisor.protected_vm.supported]: [1]
      "
    `);
  });

  test('writes one JSON object', async () => {
    const { status, out } = await detect(['--json', `${logs}7.3-vhe.log`]);
    expect(status).toBe(1);
    const { class: found, decidedBy } = JSON.parse(out) as { class: string; decidedBy: { line: number } };
    const line = readFileSync(`${logs}7.3-vhe.log`, 'latin1').split('\n')[decidedBy.line - 1];
    expect([found, line]).toEqual(['KVM VHE', expect.stringContaining('VHE mode initialized successfully')]);
  });

  test('knows nothing of bytes that are no log, and shows none that a terminal obeys', async () => {
    const bytes = Uint8Array.from({ length: 200_000 }, (_, i) => (i * 7 + (i >> 8)) & 0xff);
    const { status, out } = await detect(['-'], bytes);
    expect([status, out.split(':')[1]]).toEqual([1, ' unknown']);
    const obeyed = `kvm [1]: HYP mode not available\n[ro.boot.hypervisor.version]: [\u001b]0;x\u0007\u009b]`;
    expect((await detect(['-'], obeyed)).out).toMatch(/^[\x20-\x7e\n]*$/);
  });

  test.each([
    { args: [`${logs}absent.log`], says: 'pvm-spec: cannot read absent.log: there is no such file\n' },
    { args: ['-'], says: 'pvm-spec: cannot read -: it is empty\n' },
  ])('refuses $args in one line, and ends with 2', async ({ args, says }) => {
    const { status, out, err } = await detect(args);
    expect([status, out, err]).toEqual([2, '', says]);
  });
});
