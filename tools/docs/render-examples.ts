/** Renders examples of the story as readable requests and responses. */
import type { Example } from '../../shared/api/document.ts';
import { json, pretty, REST } from './markdown.ts';

export type RenderExample = (example: Example) => string;

/** Shows each kind of object completely once, and then only its id, its status and differences. */
export function exampleRenderer(): RenderExample {
  const brief = briefly();
  return ({ route, about, path, idempotencyKey, body, status, contentType, response }) => {
    const key = idempotencyKey === null ? '' : `\nIdempotency-Key: ${idempotencyKey}`;
    const sent = body === null || json(body) === json({}) ? '' : `\n\n${pretty(body)}`;
    const request = `\`\`\`http\n${route.split(' ')[0]} ${path}${key}${sent}\n\`\`\`\n`;
    const said = response === null ? `, \`${contentType}\`\n` : `\n\n${json(brief(response))}\n`;
    return `${about.charAt(0).toUpperCase()}${about.slice(1)}:\n\n${request}\n\`${status}\`${said}`;
  };
}

type Members = Readonly<Record<string, unknown>>;

function briefly(): (response: unknown) => unknown {
  const whole = new Map<unknown, Members>();
  const brief = (response: unknown): unknown => {
    if (Array.isArray(response)) return response.map(brief);
    if (typeof response !== 'object' || response === null) return response;
    const members = response as Members;
    if ('data' in members) return { ...members, data: brief(members.data) };
    const first = whole.get(members.object);
    if (members.object === undefined || first === undefined) {
      whole.set(members.object, members);
      return response;
    }
    const telling = Object.entries(members).filter(
      ([name, value]) => ['object', 'id', 'status'].includes(name) || json(value) !== json(first[name]),
    );
    return { ...Object.fromEntries(telling), [REST]: REST };
  };
  return brief;
}
