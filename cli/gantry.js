#!/usr/bin/env node
// The bin. Node runs TypeScript by itself from 22.18 on; an older one hands over to the Node that `npm ci` has put beside Gantry.
import { spawn } from 'node:child_process';
import { join } from 'node:path';

if (import.meta.dirname?.includes('node_modules')) {
  console.error(
    'Gantry runs from its own folder, where your gantry.config.ts is: clone it, and there `npm ci` and `npm link`.',
  );
  process.exitCode = 2;
} else if (process.features.typescript) await import('./gantry.ts');
else {
  const node = join(import.meta.dirname, '..', 'node_modules', '.bin', 'node');
  // Ctrl-C reaches both; the child decides what it means.
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
