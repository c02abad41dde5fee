/**
 * Calls `tell` for every exception that nothing in the frame has caught, so that no bug and no old browser leaves the page
 * waiting. Says nothing of the error, which the browser writes to the console of the frame.
 */
export function reportFaults(frame: Window, tell: () => void): void {
  frame.addEventListener('error', (event) => {
    // Without an exception it is a note of the browser's, such as that of a ResizeObserver which ran twice.
    if (event.error) tell();
  });
  frame.addEventListener('unhandledrejection', tell);
}
