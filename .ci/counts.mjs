// Prints the test runner's own counts as the closing line, also where tests failed.
import { existsSync, readFileSync } from 'node:fs';

const file = process.argv[2] ?? '';
if (existsSync(file)) {
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(file, 'utf8'));
  const skipped = numPendingTests > 0 ? `, ${numPendingTests} skipped` : '';
  console.log(`${numPassedTests} passed, ${numFailedTests} failed${skipped}`);
} else console.log('No test was run: a check before the tests has failed.');
