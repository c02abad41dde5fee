/**
 * Messages between the frame and the merchant's page: sends only to the origin that the vault approved, and accepts
 * only messages of that origin in the parent window.
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
