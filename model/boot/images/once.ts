/** Bytes are made and read once for each shape of a piece: boots are asked for by the million. */
export function oncePerShape<S extends object, T>(make: (shape: S) => T): (shape: S) => T {
  const known = new WeakMap<S, T>();
  return (shape) => {
    const found = known.get(shape);
    if (found !== undefined) return found;
    const made = make(shape);
    known.set(shape, made);
    return made;
  };
}
