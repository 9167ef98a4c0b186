import { parseArgs } from 'node:util';
import { load, told } from './load.ts';

/** `npm run load -- --deployments 1000`: that many at once, in ten accounts, under ECS's documented throttles. */
const { values } = parseArgs({ options: { deployments: { type: 'string', default: '1000' } } });
const began = performance.now();
const loaded = await load(Number(values.deployments));
console.log(told(loaded));
console.log(`(${((performance.now() - began) / 1000).toFixed(0)} s of the wall)`);
process.exit(loaded.endings.FAILED === 0 ? 0 : 1);
