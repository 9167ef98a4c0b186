/** Assigns some fields of an object. Unlike plain `Object.assign`, it checks the names and types of the fields. */
export const assignFields = <Thing extends object>(thing: Thing, changes: Partial<Thing>): void => {
  Object.assign(thing, changes);
};
