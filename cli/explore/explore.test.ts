/** What the explorer's page shows, without a browser. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCounterexample } from '../../search/counterexamples/file.ts';
import { toTheEnd } from '../../search/explore/to-the-end.ts';
import type { WrittenCall } from '../../search/judge/written-call.ts';
import { askedIn, fragmentOf, usual } from './asked.ts';
import type { Asked } from './asked.ts';
import { besideOf, differenceFrom } from './beside.ts';
import { breaking, continuationIn } from './breaking.ts';
import { loaded } from './load.ts';
import { answerTo, offersOf } from './offers.ts';
import { changed, opened } from './opened.ts';
import type { Opened } from './opened.ts';
import { pvmSpec } from '../in-process.ts';
import { serve } from './serve.ts';
import { callsView } from './calls-view.ts';
import { answerLine, runView } from './run-view.ts';

const root = join(import.meta.dirname, '../..');
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

function open(asked: Asked): Opened {
  const found = opened(asked);
  if (typeof found === 'string') throw new Error(found);
  return found;
}
const share: WrittenCall = { call: 'share_guest', cpu: 1, args: { page: 'P0', gfn: 'G0', nr: '1', prot: 'PX+UX+W+R' } };
const unshare: WrittenCall = { call: 'host_unshare_hyp', cpu: 0, args: { page: 'P0' } };
const weak: Asked = { ...usual, without: { call: 'host_unshare_hyp', clause: 'UNSHARE-HYP-BORROWED' } };

describe('an address', () => {
  const word = fc.string({
    minLength: 1,
    maxLength: 8,
    unit: fc.constantFrom('a', 'é', '\u{1f98a}', ...Array.from('(),;=&@:%+#! ')),
  });
  const guard = fc.record({
    call: word.filter((text) => !text.includes(':')),
    clause: word.filter((text) => !text.includes(':')),
  });
  const calls = fc.array(
    fc.record({ call: word, cpu: fc.nat(999), args: fc.dictionary(word, word, { noNullPrototype: true, maxKeys: 3 }) }),
    { maxLength: 3 },
  );
  const asked = fc.record(
    { profile: word, scope: word, calls, without: guard, fault: word, beside: word },
    { requiredKeys: ['profile', 'scope', 'calls'], noNullPrototype: true },
  );

  test('says whatever can be asked for, in letters that stay as they are', () => {
    fc.assert(
      fc.property(asked, (one) => {
        const fragment = fragmentOf(one);
        expect(askedIn(fragment)).toEqual(one);
        expect(new URL(`http://localhost/#${fragment}`).hash.slice(1)).toBe(fragment);
      }),
    );
    expect(fragmentOf({ ...weak, calls: [share, unshare] })).toBe(
      'v=1&profile=linux-7.3&scope=pages&without=host_unshare_hyp:UNSHARE-HYP-BORROWED' +
        '&calls=share_guest@1(page=P0,gfn=G0,nr=1,prot=PX+UX+W+R);host_unshare_hyp(page=P0)',
    );
  });

  const unread: readonly (readonly [fragment: string, why: string])[] = [
    ['profile=a&scope=b', 'it is not of version 1 (v=1)'],
    ['v=1&scope=b', 'it has no profile'],
    ['v=1&profile=a&scope=b&x=1', 'it says x, and not one of v, profile, scope, world, without, fault, beside, calls'],
    ['v=1&v=1', 'it says v twice'],
    ['v=1&profile=%ff&scope=b', 'a % that stands for nothing'],
    ['v=1&profile=a&scope=b&without=x', 'without=x is not without=call:CLAUSE'],
    ['v=1&profile=a&scope=b&calls=x', 'x is not call@CPU(name=value,…)'],
    ['v=1&profile=a&scope=b&calls=x(y)', 'y in x(y) is not name=value'],
    ['v=1&profile=a&scope=b&calls=x@1000()', 'x@1000() is not call@CPU(name=value,…)'],
    ['v=1&profile=a&scope=b&calls=x(y=1,y=2)', 'x(y=1,y=2) says y twice'],
    ['v=1&profile=a%0Ab&scope=b', 'a%0Ab has a character that cannot be seen'],
    ['v=1&profile=a&scope=b&calls=x(y=%E2%80%AEz)', '%E2%80%AEz has a character that cannot be seen'],
    [`v=1&profile=${'a'.repeat(101)}`, `${'a'.repeat(60)}… has 101 characters, and 100 are the most of a name`],
    [`v=1&profile=a&scope=b&calls=${'x();'.repeat(1001)}`, 'it has 1001 calls, and 1000 are the most'],
    ['v'.repeat(500_001), 'it has 500001 characters, and 500000 are the most'],
  ];
  test.each(unread.map(([fragment, why]) => [why, fragment]))('is refused in one line: %s', (why, fragment = '') => {
    expect(askedIn(fragment)).toBe(`the address cannot be read: ${why}`);
  });

  test.each([
    [{ profile: 'linux-9' }, /^no profile linux-9; there are linux-7\.3/],
    [{ scope: 'nowhere' }, 'no scope nowhere'],
    [{ profile: 'linux-6.12' }, 'linux-6.12 does not come to the start of the scope pages'],
    [{ without: { call: 'host_share_hyp', clause: 'NONE' } }, 'host_share_hyp has no guard NONE'],
    [{ fault: 'none' }, 'no fault none of the rules'],
    [{ fault: 'always-locked' }, 'always-locked is a fault of device-15, not of linux-7.3'],
    [{ calls: [{ ...share, call: 'constructor' }] }, 'profile linux-7.3 has no call constructor'],
    [{ calls: [{ ...share, cpu: 7 }] }, 'share_guest: there is no CPU 7'],
    [{ calls: [{ ...unshare, args: { page: 'P99' } }] }, 'host_unshare_hyp: page cannot be P99'],
    [{ calls: [{ ...unshare, args: { pgae: 'P0' } }] }, 'host_unshare_hyp has no argument pgae'],
  ])('of what there is not says so: %o', (change, why) => {
    const said = opened({ ...usual, ...change });
    if (typeof why === 'string') expect(said).toBe(why);
    else expect(said).toMatch(why);
  });
});

test.each(['VM3', 'unused entry 2', 'unused entry 99999999999'])('an address names no VM that cannot be: %s', (vm) => {
  expect(opened({ ...usual, calls: [{ call: 'unreserve_vm', cpu: 0, args: { vm } }] })).toBe(
    `unreserve_vm: vm cannot be ${vm}: the VM table has 2 entries, and no more than 2 were reserved by then`,
  );
});

test('an address names each VM that is reserved, and no other', () => {
  const [reserve, unreserve] = ['reserve_vm', 'unreserve_vm'].map((call) => (args: WrittenCall['args']) => ({
    call,
    cpu: 0,
    args,
  }));
  if (reserve === undefined || unreserve === undefined) throw new Error('unreachable: there are two');
  const asked = { ...usual, calls: [reserve({}), unreserve({ vm: 'VM2' })] };
  expect(opened(asked)).toBeTypeOf('object');
  expect(opened({ ...asked, calls: asked.calls.toReversed() })).toMatch(/cannot be VM2: .* no more than 2 were/);
});

describe('the calls that can be made', () => {
  /** All arguments of a call, on every CPU. */
  const everyCall = ({ call, choices }: ReturnType<typeof offersOf>[number]): WrittenCall[] =>
    choices
      .reduce<Record<string, string>[]>(
        (all, { name, values }) => all.flatMap((args) => values.map((value) => ({ ...args, [name]: value }))),
        [{}],
      )
      .flatMap((args) => [0, 1].map((cpu) => ({ call, cpu, args })));

  test.each([
    ['at the start', usual],
    ['after a page was shared', { ...usual, calls: [share] }],
    ['where a refused call changes something', { ...usual, profile: 'android16-6.12', scope: 'devices' }],
  ])('are listed by what they answer, and every answer is there, %s', (_, asked) => {
    const now = open(asked);
    let compared = 0;
    for (const offer of offersOf(now)) {
      const listed = offer.ends.flatMap((end) =>
        end.calls.map((call) => {
          const answer = end.clause === undefined ? 'done' : `${end.answer} (${end.clause})`;
          const given = answerTo(now, call);
          expect(given.includes('(') ? given : 'done', JSON.stringify(call)).toBe(answer);
          return answer;
        }),
      );
      if (offer.choices.reduce((count, { values }) => count * values.length, 1) > 200) continue;
      const all = everyCall(offer).map((call) => answerTo(now, call));
      const answers = new Set(all.map((given) => (given.includes('(') ? given : 'done')));
      expect([...answers].sort(), offer.call).toEqual([...new Set(listed)].sort());
      compared++;
    }
    expect(compared).toBeGreaterThan(20);
  });

  test('the guard that is left out refuses nothing', () => {
    const after = { ...usual, calls: [share] };
    const endsOf = (asked: Asked): string[] =>
      offersOf(open(asked)).flatMap(({ call, ends }) =>
        call === 'host_unshare_hyp' ? ends.map(({ answer, clause }) => clause ?? answer) : [],
      );
    expect(endsOf(after)).toContain('UNSHARE-HYP-BORROWED');
    expect(endsOf(after)).not.toContain('done');
    expect(endsOf({ ...after, without: weak.without })).toContain('done');
  });
});

describe('what breaks', () => {
  const found = (asked: Asked) => {
    const now = open(asked);
    return continuationIn(now, toTheEnd(breaking(now)));
  };

  test('without a guard, by the sequence that its counterexample has', () => {
    const file = 'counterexamples/rules/memory/unshare-hyp-borrowed.a-vm-reaches-a-page-of-the-host.json';
    const known = parseCounterexample(textOf(file));
    const whole = found(weak);
    expect(whole).toEqual({
      clause: 'MEM-HOST-PRIVATE',
      loss: 'a VM reaches a page of the host',
      calls: [share, unshare],
    });
    expect(known).toMatchObject({ calls: [share, unshare] });
    expect(found({ ...weak, calls: [share] })?.calls).toEqual([unshare]);
  });

  test('is told where it happens, and no longer once the call is undone', () => {
    const broken = open({ ...weak, calls: [share, unshare] });
    expect(broken.broken).toMatchObject({ step: 2, loss: 'a VM reaches a page of the host (P0)' });
    expect(answerLine(broken)).toBe(
      'Step 2: host_unshare_hyp(P0) on CPU 0 → 0. ✗ MEM-HOST-PRIVATE broke at step 2: a VM reaches a page of the host (P0).',
    );
    expect(runView(broken).text.match(/✗ breaks here/g)).toHaveLength(1);
    expect(open({ ...weak, calls: [share] }).broken).toBeUndefined();
    const whole = open({ ...usual, calls: [share, unshare] });
    expect(whole.broken).toBeUndefined();
    expect(answerLine(whole)).toContain('→ EPERM (UNSHARE-HYP-BORROWED)');
  });
});

describe('two releases', () => {
  test('differ first at the end of the shortest calls that show it', () => {
    const now = open(usual);
    const parts = differenceFrom(now, 'linux-7.2');
    if (typeof parts === 'string') throw new Error(parts);
    const { calls = [] } = toTheEnd(parts);
    expect(calls).toHaveLength(1);
    const beside = besideOf(open({ ...usual, calls: [share, ...calls] }), 'linux-7.2');
    expect(beside).toMatchObject({ first: 2 });
    expect(besideOf(open({ ...usual, calls: [share] }), 'linux-7.2')).toMatchObject({ first: undefined });
  });

  test('are shown answer beside answer, also of a call that one lacks', () => {
    const calls = [
      { call: 'host_share_hyp', cpu: 0, args: { page: 'beyond' } },
      { call: 'reserve_vm', cpu: 0, args: {} },
    ];
    const bare = { ...usual, scope: 'bare' };
    expect(besideOf(open({ ...bare, calls: calls.slice(1) }), 'linux-6.12')).toMatchObject({ first: 1 });
    expect(besideOf(open({ ...bare, calls }), 'linux-6.12')).toEqual({
      profile: 'linux-6.12',
      first: 1,
      answers: [
        [
          { answer: 'EPERM', clause: 'SHARE-HYP-MEMORY' },
          { answer: 'ERANGE', clause: 'SHARE-HYP-TABLE' },
        ],
        [{ answer: 'entry 0' }, { answer: 'no such call' }],
      ],
    });
  });

  test('that do not start alike say where both can be seen', () => {
    expect(besideOf(open(usual), 'linux-6.12')).toMatch(
      /^linux-6\.12 does not come to the start of the scope pages; both come to that of .*\bbare\b/,
    );
  });
});

test('what is set anew keeps the calls where they can still be made', () => {
  const asked = { ...weak, calls: [share] };
  expect(changed(asked, { profile: 'linux-7.2' })).toEqual({ asked: { ...asked, profile: 'linux-7.2' }, note: '' });
  expect(changed({ ...asked, beside: 'linux-7.2' }, { profile: 'linux-7.2' }).asked.beside).toBeUndefined();
  expect(changed(asked, { without: undefined })).toEqual({ asked: { ...asked, without: undefined }, note: '' });
  expect(changed(asked, { profile: 'avf-15' })).toMatchObject({
    asked: { profile: 'avf-15', calls: [] },
    note: 'the calls, which cannot be made there, are gone; what was wrong with the rules is not there',
  });
});

describe('a file', () => {
  const files = ['rules/memory', 'rules/lifecycle', 'boot', 'android', 'inside'].flatMap((folder) =>
    readdirSync(join(root, 'counterexamples', folder))
      .filter((name, i) => i % 6 === 0 && name.endsWith('.json'))
      .map((name) => join('counterexamples', folder, name)),
  );
  test.each(files)('%s breaks what it says', (file) => {
    const text = textOf(file);
    const found = loaded(file, text);
    if (typeof found === 'string' || !('asked' in found)) throw new Error(JSON.stringify(found));
    const { breaks } = parseCounterexample(text) as { breaks: string };
    expect(open(found.asked).broken).toMatchObject({ clause: breaks, step: found.asked.calls.length });
  });

  test.each([
    [
      'a finding',
      'counterexamples/findings/linux-7.3.numbers-alias.json',
      /^\d+ answers?, and linux-7\.3 says the same of all/,
    ],
    [
      'a transcript',
      'targets/transcript/recorded/scenario-share-unshare.jsonl',
      /^\d+ answers, and linux-7\.3 says the same/,
    ],
  ])('%s is drawn as it was recorded', (_, file, verdict) => {
    const found = loaded('file', textOf(file));
    if (typeof found === 'string' || 'asked' in found) throw new Error(JSON.stringify(found));
    expect(found.recordings[0]?.verdict).toMatch(verdict);
    expect(found.recordings[0]?.scenes.steps.length).toBeGreaterThan(0);
  });

  test.each([
    ['', 'it is empty'],
    ['{', 'expected a counterexample as JSON:'],
    ['{}', 'expected a counterexample: name:'],
    ['{"format":"pvm-trace"}', 'expected'],
    ['{"recordings":[]}', 'expected a finding:'],
    ['{"format":"pvm-sequence"}', 'expected a sequence of a hunt:'],
    [
      textOf('counterexamples/model/abort-shows-the-data.a-fault-shows-the-host-what-a-vm-was-about-to-write.json'),
      'it runs on the reference model',
    ],
  ])('that cannot be shown is refused in one line: %j', (text, why) => {
    expect(loaded('x.json', text)).toMatch(new RegExp(`^cannot load x\\.json: .*${why}[^\\n]*$`));
  });
});

describe('the command', () => {
  test.each([
    [['--port', '65536'], '--port takes a number below 65536, got 65536'],
    [['--port', 'x'], '--port takes a number below 65536, got x'],
    [['--port', '1', '--out', 'x'], '--port is for a page that is served: it is not for --out'],
    [['no/such/file'], 'cannot read no/such/file: there is no such file'],
    [['package.json'], 'cannot load package.json: expected a counterexample: version: '],
    [['algorithm-from-the-header'], 'is about bytes, not about calls'],
  ])('%j is refused in one line', async (words, why) => {
    const { status, stdout, stderr } = await pvmSpec('explore', ...words);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(why);
    expect(stderr).toMatch(/^pvm-spec: [^\n]*\n$/);
  });

  test('serves one page, to this machine alone, and says so where it cannot', async () => {
    const { server, address } = await serve('<p>page</p>', "default-src 'none'", 0);
    try {
      expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
      const page = await fetch(address);
      expect(await page.text()).toBe('<p>page</p>');
      expect(page.headers.get('content-security-policy')).toBe("default-src 'none'; frame-ancestors 'none'");
      for (const [path, method] of [
        ['etc/passwd', 'GET'],
        ['', 'POST'],
      ])
        expect((await fetch(`${address}${path ?? ''}`, { method: method ?? '' })).status).toBe(404);
      const { port } = new URL(address);
      const again = await pvmSpec('explore', '--port', port);
      expect(again.status).toBe(2);
      expect(again.stderr).toMatch(/^pvm-spec: cannot serve on port \d+: [^\n]*--out writes a file\n$/);
    } finally {
      server.close();
    }
  });
});

test('what others wrote is text in the page', () => {
  const evil = '<img src=x onerror=alert(1)>';
  const now = open({ ...weak, calls: [share] });
  const offer = {
    call: evil,
    actor: evil,
    ends: [{ answer: evil, calls: [], hasMore: false }],
    choices: [{ name: evil, values: [evil] }],
  };
  expect(callsView(now, [offer]).text).not.toContain('<img');
  expect(callsView(now, [offer]).text).toContain('&lt;img src=x');
});
