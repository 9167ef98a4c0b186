#!/usr/bin/env node
// The package's `bin`. Node runs TypeScript since 22.18; an older version starts the Node that `npm ci` has installed in Gantry's folder.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

if (import.meta.dirname?.includes('node_modules')) {
  console.error(
    'Gantry runs only in its own checkout, which contains your gantry.config.ts: clone it and run `npm ci` and `npm link` there.',
  );
  process.exitCode = 2;
} else if (process.features.typescript) await import('./gantry.ts');
else {
  const node = join(import.meta.dirname, '..', 'node_modules', '.bin', 'node');
  // Ctrl-C reaches both processes; the child handles it.
  process.on('SIGINT', () => {});
  const child = spawn(node, [join(import.meta.dirname, 'gantry.ts'), ...process.argv.slice(2)], { stdio: 'inherit' });
  child.on('error', () => {
    console.error(`Gantry needs Node 24; there is none at ${node}: run \`npm ci\` first.`);
    process.exitCode = 2;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
  });
}
