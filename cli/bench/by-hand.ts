/**
 * The limit to compare with: the core of the protocol written by hand over typed arrays, drawn among calls that can
 * succeed, with the invariants checked where something changed. It has no errors, no clauses and no explanations.
 */

const owned = 0;
const sharedOwned = 1;
const sharedBorrowed = 2;
const noPage = 3;

/** Pages, and one protected VM with as many frames. Returns the number of steps that were made. */
export function runByHand(pages: number, steps: number, seed: number): number {
  const host = new Uint8Array(pages).fill(owned);
  const hyp = new Uint8Array(pages).fill(noPage);
  const frameOf = new Int32Array(pages).fill(-1);
  const pageAt = new Int32Array(pages).fill(-1);
  const guest = new Uint8Array(pages).fill(noPage);
  const content = new Uint8Array(pages);
  let random = seed | 1;
  let made = 0;
  const next = (below: number): number => {
    random ^= random << 13;
    random ^= random >>> 17;
    random ^= random << 5;
    return (random >>> 0) % below;
  };
  const isLegal = (page: number): boolean => {
    const frame = frameOf[page] as number;
    if (host[page] === owned) return hyp[page] === noPage && frame < 0;
    if (host[page] === sharedOwned) return hyp[page] === sharedBorrowed && frame < 0;
    if (frame < 0) return host[page] === noPage && hyp[page] === owned;
    if (pageAt[frame] !== page || hyp[page] !== noPage) return false;
    return guest[frame] === (host[page] === sharedBorrowed ? sharedOwned : owned);
  };
  for (let step = 0; step < steps; step++) {
    const page = next(pages);
    const frame = frameOf[page] as number;
    if (host[page] === owned) {
      const wanted = next(3);
      const free = next(pages);
      if (wanted === 0) {
        host[page] = sharedOwned;
        hyp[page] = sharedBorrowed;
      } else if (wanted === 1 && pageAt[free] === -1) {
        host[page] = noPage;
        frameOf[page] = free;
        pageAt[free] = page;
        guest[free] = owned;
      } else {
        host[page] = noPage;
        hyp[page] = owned;
      }
    } else if (host[page] === sharedOwned) {
      host[page] = owned;
      hyp[page] = noPage;
    } else if (frame < 0) {
      content[page] = 0;
      host[page] = owned;
      hyp[page] = noPage;
    } else if (host[page] === sharedBorrowed) {
      host[page] = noPage;
      guest[frame] = owned;
    } else if (next(2) === 0) {
      content[page] = 1;
      host[page] = sharedBorrowed;
      guest[frame] = sharedOwned;
    } else {
      content[page] = 0;
      host[page] = owned;
      frameOf[page] = -1;
      pageAt[frame] = -1;
      guest[frame] = noPage;
    }
    if (!isLegal(page)) throw new Error('unreachable: the loop by hand broke its own table');
    made++;
  }
  return made;
}
