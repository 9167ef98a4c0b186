/** Changes some fields of a thing. `Object.assign` with a look at the types: it alone would take any field of any kind. */
export const assignFields = <Thing extends object>(thing: Thing, changes: Partial<Thing>): void => {
  Object.assign(thing, changes);
};
