/** Waits for work, or until Ctrl-C: a call that AWS does not answer must not keep the user waiting. Ctrl-C does not stop the work. */
export function waitUnlessInterrupted<T>(work: Promise<T>, interrupted: AbortSignal): Promise<T | 'interrupted'> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve('interrupted');
    if (interrupted.aborted) stop();
    interrupted.addEventListener('abort', stop, { once: true });
    work.finally(() => interrupted.removeEventListener('abort', stop)).then(resolve, reject);
  });
}
