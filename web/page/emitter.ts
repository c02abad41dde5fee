/** Listeners by the name of their event. */
import type { CardEvents, FieldEvents, Listen } from '../types.ts';

export const CARD_EVENTS = ['ready', 'focus', 'blur', 'submit', 'change', 'error'] as const satisfies Names<CardEvents>;
export const FIELD_EVENTS = ['ready', 'focus', 'blur', 'change', 'error'] as const satisfies Names<FieldEvents>;

type Names<Events> = readonly (keyof Events)[];

export interface Emitter<Events> {
  /** Throws for an unknown name, so that a misspelt one is noticed. */
  readonly on: Listen<Events>;
  emit<Name extends keyof Events>(name: Name, detail: Events[Name]): void;
}

export function createEmitter<Events>(names: Names<Events>): Emitter<Events> {
  const listeners: { [Name in keyof Events]?: Set<(detail: Events[Name]) => void> } = {};
  for (const name of names) listeners[name] = new Set();
  return {
    on: (name, listener) => {
      const known = Object.hasOwn(listeners, name) ? listeners[name] : undefined;
      if (known === undefined) throw new TypeError(`Fuda: there is no event ${String(name)}.`);
      known.add(listener);
      return () => void known.delete(listener);
    },
    emit: (name, detail) => {
      for (const listener of listeners[name] ?? []) {
        try {
          listener(detail);
        } catch (error) {
          // An error of the page's listener goes to its console and does not stop the others.
          reportError(error);
        }
      }
    },
  };
}
