/**
 * The powers a browser can give a page, all of them taken away (W3C Permissions Policy, and what Chromium, Firefox and
 * Safari add to it); test/web/hostile-page.test.ts asks the browser whether one is left. Not taken are hints about the
 * browser, which it sends anyway, and `shared-autofill`, by which it fills in a card across frames. A name that a browser
 * does not know would be a warning on the merchant's console.
 */

const TAKEN = [
  'accelerometer',
  'aria-notify',
  'autoplay',
  'browsing-topics',
  'camera',
  'clipboard-read',
  'clipboard-write',
  'compute-pressure',
  'cross-origin-isolated',
  'deferred-fetch',
  'deferred-fetch-minimal',
  'display-capture',
  'encrypted-media',
  'fullscreen',
  'gamepad',
  'geolocation',
  'gyroscope',
  'hid',
  'identity-credentials-get',
  'idle-detection',
  'interest-cohort',
  'keyboard-map',
  'local-fonts',
  'magnetometer',
  'microphone',
  'midi',
  'otp-credentials',
  'payment',
  'picture-in-picture',
  'private-state-token-issuance',
  'private-state-token-redemption',
  'publickey-credentials-create',
  'publickey-credentials-get',
  'screen-wake-lock',
  'serial',
  'storage-access',
  'sync-xhr',
  'unload',
  'usb',
  'window-management',
  'xr-spatial-tracking',
] as const;

export const PERMISSIONS_POLICY = TAKEN.map((power) => `${power}=()`).join(', ');
