/**
 * How the frames of one card find each other. All are of the vault's origin, so a browser lets them call each other as
 * plain objects and lets nobody else: what is typed is in no message, not even between our own frames (V1). A frame
 * that the page has sandboxed, replaced or sent elsewhere is of another origin and cannot be found.
 */
import type { SessionForm } from './session-form.ts';

/** Only frames in which all of this is the same belong together. */
export interface SessionName {
  /** Told by the page, which may have several cards; '' where the fields are in one frame. */
  readonly session: string;
  readonly publishableKey: string;
  readonly origin: string;
}

interface Member extends SessionName {
  readonly form: SessionForm;
}

declare global {
  interface Window {
    fudaMember?: Member;
  }
}

/** A page with more frames than this finds the first of them. */
const FRAMES_MAX = 200;

/** Lets the other frames of the session find this form. */
export function joinSession(frame: Window, name: SessionName, form: SessionForm): void {
  frame.fudaMember = { ...name, form };
  for (const other of [form, ...otherForms(frame, name)]) other.brandChanged();
}

/** The forms in the other frames of the session, as they stand at this moment. */
export function otherForms(frame: Window, name: SessionName): readonly SessionForm[] {
  if (name.session === '' || frame.parent === frame) return [];
  const found: SessionForm[] = [];
  for (let index = 0; index < Math.min(frame.parent.length, FRAMES_MAX); index += 1) {
    const other = frame.parent[index];
    const member = other === undefined || other === frame ? null : memberIn(other);
    if (member !== null && isSame(member, name)) found.push(member.form);
  }
  return found;
}

function memberIn(other: Window): Member | null {
  try {
    return other.fudaMember ?? null;
  } catch {
    // Of another origin.
    return null;
  }
}

const isSame = (a: SessionName, b: SessionName): boolean =>
  a.session === b.session && a.publishableKey === b.publishableKey && a.origin === b.origin;
