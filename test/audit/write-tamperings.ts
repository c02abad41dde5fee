/** Writes every spoiled trail into its own folder below the folder it is given, for aws-verdicts.py, which starts it. */
import { cpSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { soundTrails, TAMPERINGS } from './tamperings.ts';

const target = resolve(process.argv[2] ?? '');
for (const [index, name] of Object.keys(TAMPERINGS).entries()) {
  const spoiled = soundTrails();
  using trail = spoiled.trail;
  TAMPERINGS[name]?.(spoiled);
  trail.write('name.txt', name);
  cpSync(trail.folder, join(target, String(index).padStart(2, '0')), { recursive: true });
}
