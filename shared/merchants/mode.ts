/** The mode of an API key. Everything that is made with the key has it too. */
export type Mode = 'test' | 'live';
