declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** How long a table stays in CREATING, DELETING and UPDATING. */
  interface Options {
    createTableMs: number;
    deleteTableMs: number;
    updateTableMs: number;
  }
  export default function dynalite(options: Options): Server;
}
