/**
 * How the frames of one card find each other. All are of the vault's origin, so a browser lets them call each other as
 * plain objects and lets nobody else: what is typed is in no message, not even between our own frames (V1). A frame
 * that the page has sandboxed, replaced or sent elsewhere is of another origin and cannot be found.
 */
import type { GroupForm } from './group-form.ts';

/** Only frames in which all of this is the same belong together. */
export interface GroupName {
  /** Told by the page, which may have several cards; '' where the fields are in one frame. */
  readonly group: string;
  readonly publishableKey: string;
  readonly origin: string;
}

interface Member extends GroupName {
  readonly form: GroupForm;
}

declare global {
  interface Window {
    fudaMember?: Member;
  }
}

/** A page with more frames than this finds the first of them. */
const FRAMES_MAX = 200;

/** Lets the other frames of the group find this form. */
export function joinGroup(frame: Window, name: GroupName, form: GroupForm): void {
  frame.fudaMember = { ...name, form };
  for (const other of [form, ...otherForms(frame, name)]) other.brandChanged();
}

/** The forms in the other frames of the group, as they stand at this moment. */
export function otherForms(frame: Window, name: GroupName): readonly GroupForm[] {
  if (name.group === '' || frame.parent === frame) return [];
  const found: GroupForm[] = [];
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

const isSame = (a: GroupName, b: GroupName): boolean =>
  a.group === b.group && a.publishableKey === b.publishableKey && a.origin === b.origin;
