import type { StreamError } from '../build/assembled.ts';
import { filled, isObject, type JsonObject, number, object, string } from '../build/json.ts';

export function errorOf(json: JsonObject, type: string): StreamError | undefined {
  if (filled(object(json.x_groq).error)) return { message: string(object(json.x_groq).error) };
  const told = json.error;
  if (isObject(told)) {
    const code = typeof told.code === 'number' ? told.code : (filled(told.code) ?? filled(told.type));
    return {
      ...(filled(told.message) ? { message: string(told.message) } : {}),
      ...(code === undefined ? {} : { code }),
    };
  }
  if (filled(told)) return { message: string(told) };
  if (json.object === 'error' || (type === 'error' && filled(json.message))) {
    const code = number(json.code) ?? filled(json.code);
    return { message: string(json.message), ...(code === undefined ? {} : { code }) };
  }
  return undefined;
}
