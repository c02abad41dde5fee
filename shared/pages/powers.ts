/**
 * The features of a browser that the vault's pages deny themselves (W3C Permissions Policy, and what Chromium, Firefox
 * and Safari add); test/web/hostile-page.test.ts asks the browser whether it still allows one. Left out are client
 * hints, which the browser sends anyway, `shared-autofill`, which fills in a card across frames, and names a browser
 * does not know, which would warn on the merchant's console.
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
