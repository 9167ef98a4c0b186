/** The connection ends without an answer. */
export class Dropped extends Error {}
