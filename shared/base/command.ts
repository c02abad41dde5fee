/**
 * How a person starts the command line: from a clone, by its file. `npx fuda` outside a clone would download and run a
 * package of that name from npm, and that name is not this project's.
 */
export const COMMAND = 'node cli/fuda.mjs';

/** A command line to copy: `fuda('merchant show mer_…')`. */
export const fuda = (args: string): string => `${COMMAND} ${args}`;
