/** Listeners by the name of their event. */
import type { Listen } from './types.ts';

export interface Emitter<Events> {
  readonly on: Listen<Events>;
  emit<Name extends keyof Events>(name: Name, detail: Events[Name]): void;
}

type Listeners<Events> = { [Name in keyof Events]: Set<(detail: Events[Name]) => void> };

/** `on` throws for a name that is not among these, so that a misspelt one is noticed. */
export function createEmitter<Events>(listeners: Listeners<Events>): Emitter<Events> {
  return {
    on: (name, listener) => {
      const known = listeners[name];
      if (known === undefined) throw new TypeError(`Fuda: there is no event ${String(name)}.`);
      known.add(listener);
      return () => void known.delete(listener);
    },
    emit: (name, detail) => {
      for (const listener of listeners[name]) listener(detail);
    },
  };
}
