/** `fuda.js`: the script a page loads by `<script src>`; it leaves `window.Fuda` and the element `<fuda-card>`. */
import { defineElement } from './element.ts';
import { createFuda } from './factory.ts';

// Known only while the script first runs.
const script = document.currentScript;

window.Fuda = createFuda(script instanceof HTMLScriptElement ? script.src : '');
defineElement(window.Fuda);
