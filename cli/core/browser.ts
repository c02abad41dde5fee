/**
 * Chromium for the report's PDF and for the tests, from the npm package alone, so that a glibc Linux needs no download
 * and no system package. The package unpacks into a shared temporary folder, where a second process may read a
 * half-written file. So it is unpacked here once per version, into a separate folder that is then renamed.
 * `CHROMIUM_PATH` names another browser where this one cannot run (another system, another C library),
 * `FONTCONFIG_FILE` other fonts than the machine's.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const packageEntry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
const UNPACK_TIMEOUT_MS = 120_000;
const LAUNCH_TIMEOUT_MS = 60_000;

/** No network calls of the browser itself, no first-run screens, no sandbox. */
const FLAGS = [
  '--headless=shell',
  '--no-sandbox', // Chromium refuses a sandbox as root and in most containers; the pages are the project's own.
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-dev-shm-usage',
  '--disable-domain-reliability',
  '--disable-gpu',
  '--disable-sync',
  '--font-render-hinting=none',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE *.localhost',
  '--no-pings',
];

interface Installed {
  readonly executablePath: string;
  /** Variables for the binary: its libraries and, on a machine without fonts, its fonts. */
  readonly env: Readonly<Record<string, string>>;
}

/** Runs the package's own unpacking in a process with `folder` as its temporary folder. */
function unpackInto(folder: string): Promise<void> {
  const script = 'const { default: chromium } = await import(process.argv[1]); await chromium.executablePath();';
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', script, packageEntry], {
      // The package unpacks its shared libraries only where it detects Lambda.
      env: { PATH: process.env.PATH, TMPDIR: folder, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' },
      stdio: ['ignore', 'ignore', 'inherit'],
      timeout: UNPACK_TIMEOUT_MS,
    });
    child.on('error', reject);
    child.on('exit', (code) => (code === 0 ? resolve() : reject(new Error(`unpacking Chromium ended with ${code}`))));
  });
}

/** Fontconfig for a machine that has none: the package's one font family. */
const fontsConf = (folder: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${folder}/fonts</dir>
  <cachedir>${folder}/fonts-cache</cachedir>
</fontconfig>
`;

async function install(): Promise<Installed> {
  const { version } = JSON.parse(readFileSync(join(dirname(packageEntry), '../package.json'), 'utf8'));
  const folder = join(root, '.cache', `chromium-${version}`);
  if (!existsSync(folder)) {
    await mkdir(dirname(folder), { recursive: true });
    const aside = await mkdtemp(`${folder}.`);
    try {
      await unpackInto(aside);
      await writeFile(join(aside, 'fonts/fonts.conf'), fontsConf(folder));
      // Where another process was faster, its folder is used.
      await rename(aside, folder).catch((error) => {
        if (!existsSync(folder)) throw error;
      });
    } finally {
      await rm(aside, { recursive: true, force: true });
    }
  }
  const env: Record<string, string> = { LD_LIBRARY_PATH: join(folder, 'al2023/lib') };
  if (!existsSync('/etc/fonts/fonts.conf')) env.FONTCONFIG_PATH = join(folder, 'fonts');
  return { executablePath: join(folder, 'chromium'), env };
}

export interface LaunchOptions {
  /** Further flags of the command line. */
  readonly flags?: readonly string[];
  /** The file of Fontconfig that names the fonts. */
  readonly fontsConf?: string | undefined;
}

export async function launchBrowser(options: LaunchOptions = {}): Promise<Browser> {
  const { flags = [], fontsConf = process.env.FONTCONFIG_FILE } = options;
  const named = process.env.CHROMIUM_PATH;
  const { executablePath, env } = named ? { executablePath: named, env: {} } : await install();
  try {
    return await chromium.launch({
      executablePath,
      args: [...FLAGS, ...flags],
      // Playwright's default would add a second, conflicting headless flag.
      ignoreDefaultArgs: ['--headless'],
      env: {
        PATH: process.env.PATH ?? '',
        HOME: process.env.HOME ?? '',
        LANG: 'C.UTF-8',
        ...env,
        ...(fontsConf && { FONTCONFIG_FILE: fontsConf }),
      },
      timeout: LAUNCH_TIMEOUT_MS,
    });
  } catch (error) {
    throw new Error('Chromium does not run here; install one and name it in CHROMIUM_PATH', { cause: error });
  }
}
