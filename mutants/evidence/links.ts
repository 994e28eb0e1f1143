/** Faults in how certificates are held against each other. */
import type { EvidenceFault } from './fault.ts';

export const links: readonly EvidenceFault[] = [
  {
    id: 'issuer-unlinked',
    title: 'issuers are not compared with subjects',
    loses: 'a certificate names an issuer that has not signed it',
    clauses: ['CHAIN-LINKED'],
    known: 'the verifier in the RKP VM',
    story:
      'The keys link the certificates, and the names say something else. Whoever looks up by name who has vouched for a stage, in a log or a policy, is told of another device.',
    unasked: ['CHAIN-LINKED'],
  },
  {
    id: 'subject-repeated',
    title: 'two stages may have one name',
    loses: 'two stages pass under one name',
    clauses: ['CHAIN-SUBJECTS-ONCE'],
    story:
      'Two stages under one name cannot be told apart by whoever looks a stage up by its name: a rule about one is met by the other.',
    unasked: ['CHAIN-SUBJECTS-ONCE'],
  },
  {
    id: 'key-repeated',
    title: 'a key may stand in a chain twice',
    loses: 'the last stage speaks with the key of the first',
    clauses: ['CHAIN-KEYS-ONCE', 'COSE-SIGNATURE'],
    known: 'AOSP hwtrust, RepeatedKey; the RKP VM does not look',
    story:
      'A later stage certifies the root key again. The chain has a loop, and what lies on it, earlier or later, says the same key: the last stage speaks with the voice of the first.',
    unasked: ['CHAIN-KEYS-ONCE'],
  },
  {
    id: 'one-marker-is-enough',
    title: 'one RKP VM marker is enough',
    loses: 'a payload passes for the RKP VM by its own word',
    clauses: ['CHAIN-MARKERS-ENOUGH'],
    known: 'the text of the HAL; AOSP hwtrust demands two',
    story:
      'The secure side sets one marker and pvmfw the other. If one is enough, a payload that writes it into its own descriptor passes for the RKP VM, and certifies what it likes.',
    unasked: ['CHAIN-MARKERS-ENOUGH'],
  },
  {
    id: 'markers-counted',
    title: 'RKP VM markers are counted and not followed',
    loses: 'a stage behind the RKP VM passes for it',
    clauses: ['CHAIN-MARKERS-UNBROKEN', 'CHAIN-MARKERS-TO-LEAF'],
    known: 'AOSP hwtrust, mended by d801183',
    story:
      'Two markers are there, and behind them another stage that has none: any VM that was started from the RKP VM’s firmware has such a chain. Only markers that go on to the leaf speak of the leaf.',
    unasked: ['CHAIN-MARKERS-UNBROKEN', 'CHAIN-MARKERS-TO-LEAF'],
  },
  {
    id: 'gap-between-markers',
    title: 'a stage without the marker may stand between two that have it',
    loses: 'a stranger between two stages of the RKP VM is passed over',
    clauses: ['CHAIN-MARKERS-UNBROKEN'],
    known: 'AOSP hwtrust before 01c3e7ce56, for all but the RKP VM',
    story:
      'The stage in the middle is no part of the RKP VM, and has measured and started what comes after it. The marker behind the gap is its word alone.',
    unasked: ['CHAIN-MARKERS-UNBROKEN'],
  },
  {
    id: 'rkp-vm-for-another',
    title: 'the chain of the RKP VM is taken for another component',
    loses: 'the RKP VM passes for another component',
    clauses: ['CHAIN-MARKERS-RESERVED'],
    known: 'AOSP hwtrust after 01c3e7ce56',
    story:
      'The RKP VM’s keys are for certificates of VMs. With its chain in the place of another component’s they pass for keys of the device’s keystore.',
    unasked: ['CHAIN-MARKERS-RESERVED'],
  },
];
