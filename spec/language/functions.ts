/**
 * Whether text may become a function. In a page whose content security policy forbids it, rules and laws are evaluated
 * instead: slower by far, and the same.
 */
export const mayMakeFunctions: boolean = (() => {
  try {
    // oxlint-disable-next-line typescript/no-implied-eval -- the text is empty: only whether it may be is asked
    new Function('');
    return true;
  } catch {
    return false;
  }
})();
