/** The connection ends without an answer. */
export class ConnectionDropped extends Error {}
