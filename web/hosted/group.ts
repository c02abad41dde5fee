/**
 * Finds the other frames of one card. All have the vault's origin, so a browser allows them, and no other page, to call
 * each other's objects: card data is in no message, not even between the vault's frames (V1). A frame that the page has
 * sandboxed, replaced or navigated has another origin and is not found.
 */
import type { GroupForm } from './group-form.ts';

/** Frames belong together only where all of this is equal. */
export interface GroupName {
  /** From the page, which may have several cards; '' where all fields are in one frame. */
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

/** In a page with more frames only the first are searched. */
const FRAMES_MAX = 200;

/** Makes this form available to the other frames of the group. */
export function joinGroup(frame: Window, name: GroupName, form: GroupForm): void {
  frame.fudaMember = { ...name, form };
  for (const other of [form, ...otherForms(frame, name)]) other.brandChanged();
}

/** The forms that are in the other frames of the group now. */
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
    // The frame has another origin.
    return null;
  }
}

const isSame = (a: GroupName, b: GroupName): boolean =>
  a.group === b.group && a.publishableKey === b.publishableKey && a.origin === b.origin;
