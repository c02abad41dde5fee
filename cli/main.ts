/** The operator's command line, as a program: its arguments, its standard output and its exit code are the process's. */
import { systemClock } from '../shared/base/clock.ts';
import { commandLine } from './command-line.ts';
import { standardOutput } from './core/stdout.ts';

process.exitCode = await commandLine(process.argv.slice(2), {
  out: standardOutput(systemClock),
  error: (line) => console.error(line),
});
