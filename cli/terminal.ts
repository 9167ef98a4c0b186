/** The size of a terminal in characters. */
export interface TerminalSize {
  columns: number;
  rows: number;
}

/** The terminal that shows the output. */
export interface Terminal {
  /** Whether its cursor can be moved, so that lines can be redrawn. */
  canRedraw: boolean;
  /** The size now, because the user can change it. */
  size(): TerminalSize;
  /** Calls `act` every `ms` milliseconds, until the returned function is called. */
  every(ms: number, act: () => void): () => void;
}

/** The parts of a stream of Node that tell whether it is a terminal, and how large. */
interface TerminalStream {
  isTTY?: boolean | undefined;
  columns?: number | undefined;
  rows?: number | undefined;
}

/** A terminal that reports no size, as some do through a serial line or in an editor: the size of a VT100. */
const usualSize = { columns: 80, rows: 24 };

/**
 * Returns the terminal behind a stream. Undefined for a file or a pipe, and in CI, whose log keeps every redrawn line. A terminal with TERM=dumb cannot move its
 * cursor.
 */
export function openTerminal(stream: TerminalStream, env: NodeJS.ProcessEnv): Terminal | undefined {
  const isCi = env.CI !== undefined && !['', '0', 'false'].includes(env.CI);
  if (stream.isTTY !== true || isCi) return undefined;
  return {
    canRedraw: env.TERM !== 'dumb',
    size: () => ({ columns: stream.columns || usualSize.columns, rows: stream.rows || usualSize.rows }),
    every(ms, act) {
      const timer = setInterval(act, ms).unref();
      return () => clearInterval(timer);
    },
  };
}

/** The width for text that is printed once: endless without a terminal, so that a file has whole lines. */
export const terminalColumns = (terminal: Terminal | undefined): number =>
  terminal?.size().columns ?? Number.POSITIVE_INFINITY;
