/** Faults in how the guest takes APEXes. */
import { apex } from '../../properties/images/apex.ts';
import { faultOf } from './fault.ts';
import type { ImageFault } from './fault.ts';

const fault = faultOf(apex);

export const apexFaults: readonly ImageFault[] = [
  fault({
    id: 'apex-key-not-compared',
    title: 'the key in an APEX is not compared with that of its image',
    loses: 'a stranger’s module is recorded under the key of another',
    clauses: ['APEX-KEY'],
    story:
      'The archive has a key in a file, and the description of the image has the one that it is signed with. The guest records the first and verifies with the second: an image that the host has signed is mounted as the module of whoever’s key lies beside it.',
    unasked: ['APEX-KEY'],
  }),
  fault({
    id: 'second-image-not-seen',
    title: 'an archive may have two files of one name',
    loses: 'the image that is mounted is not the one that was verified',
    clauses: ['ZIP-ENTRIES'],
    story:
      'Two entries are called apex_payload.img. A reader that keeps entries by their names has the last, and one that looks through the list has the first. The manager verifies one of them, and the service that mounts APEXes mounts the other.',
    unasked: ['ZIP-ENTRIES'],
  }),
  fault({
    id: 'image-not-verified',
    title: 'the description of an image is read without verifying its signature',
    loses: 'the host writes the modules of a guest',
    clauses: ['VBMETA-SIGNATURE'],
    story:
      'The root digest in the description is that of the image, the key is the right one, and so is every block. Only the signature over the description is not one of that key, and nobody has looked at it.',
    reads: (piece, read) => {
      const facts = read(piece);
      const { payload } = facts;
      return { ...facts, payload: payload && { ...payload, vbmeta: { ...payload.vbmeta, verifies: true } } };
    },
  }),
];
