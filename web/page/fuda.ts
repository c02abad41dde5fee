/** `fuda.js`: the script for `<script src>`; defines `window.Fuda` and the element `<fuda-card>`. */
import { defineElement } from './element.ts';
import { createFuda } from './factory.ts';

// Browsers set it only while the script first runs.
const script = document.currentScript;

window.Fuda = createFuda(script instanceof HTMLScriptElement ? script.src : '');
defineElement(window.Fuda);
