import type { FastifyError, FastifyReply } from 'fastify';
import { FileError } from '../../shared/file/source/fileError.ts';
import { errorBody, MockError } from '../http/mockError.ts';

/** Answers with the status and the sentence of an error. What is not ours to tell is not told. */
export function answerError(error: FastifyError | Error, reply: FastifyReply): void {
  if (error instanceof MockError) {
    reply.code(error.status).send(errorBody(error.code, error.message));
    return;
  }
  if (error instanceof FileError) {
    reply.code(422).send(errorBody('bad-file', error.message));
    return;
  }
  const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500;
  const code =
    'validation' in error && error.validation ? 'bad-request' : status < 500 ? 'bad-request' : 'internal';
  reply
    .code(status)
    .send(errorBody(code, status < 500 ? error.message : 'Something went wrong in the server.'));
}
