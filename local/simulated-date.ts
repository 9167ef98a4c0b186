/** Returns a `Date` whose current time comes from `now` (ms since 1970). Everything else works as in the real `Date`. */
export const createSimulatedDate = (now: () => number): DateConstructor =>
  new Proxy(Date, {
    construct: (target, given, newTarget) => Reflect.construct(target, given.length === 0 ? [now()] : given, newTarget),
    apply: (target) => new target(now()).toString(),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
