import type { IncomingMessage, ServerResponse } from 'node:http';
import { headerPairs } from '../record/headerPairs.ts';
import { endToEndHeaders } from './endToEndHeaders.ts';

/** Passes an answer on as it is, unrecorded. */
export function passAnswer(response: ServerResponse, answer: IncomingMessage): void {
  answer.on('error', () => response.destroy());
  response.writeHead(answer.statusCode ?? 502, endToEndHeaders(headerPairs(answer.rawHeaders)).flat());
  answer.pipe(response);
}
