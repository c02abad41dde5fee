/**
 * The frame's one line to the page around it: speaks only to the origin the vault approved, and listens only to that
 * origin in the parent window. Everything else that arrives is dropped unread.
 */
import { type FrameMessage, type PageMessage, readPageMessage, seal } from '../messages.ts';

export interface Parent {
  say(message: FrameMessage): void;
}

export function connectParent(frame: Window, origin: string, heard: (message: PageMessage) => void): Parent {
  frame.addEventListener('message', (event: MessageEvent<unknown>) => {
    if (event.source !== frame.parent || event.origin !== origin) return;
    const message = readPageMessage(event.data);
    if (message !== null) heard(message);
  });
  return { say: (message) => frame.parent.postMessage(seal(message), origin) };
}
