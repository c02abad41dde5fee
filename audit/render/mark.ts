/** 札 as lines, so that it shows on a machine without a Japanese font. */
import { type Html, html } from './html.ts';

export const mark = (): Html => html`<svg class="mark-sign" viewBox="0 0 24 24" aria-hidden="true">
<path d="M2.5 7.5H13M8 2.2V22M8 7.7C7 11.4 4.9 14.8 2 17.2M8.4 9.6L12.4 13.4M16.4 3V17.6C16.4 19.8 17 20.4 18.8 20.4H20C21.6 20.4 22.1 19.7 22.3 16.4"/></svg>`;
