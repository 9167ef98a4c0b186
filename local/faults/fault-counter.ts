import type { FaultMatch } from './fault.ts';

/** Returns a function that counts the matches of each fault and returns the faults that apply now. */
export function createFaultCounter<F extends FaultMatch>(faults: F[]): (text: string) => F[] {
  const seen = new Map<F, number>();
  return (text) =>
    faults.filter((fault) => {
      if (!fault.words.every((word) => text.includes(word))) return false;
      const count = (seen.get(fault) ?? 0) + 1;
      seen.set(fault, count);
      return count >= fault.nth && count < fault.nth + fault.times;
    });
}
