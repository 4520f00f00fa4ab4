/** What is wrong with a request, in the one form in which it is answered: `{"error": {"code", "message"}}`. */
export class MockError extends Error {
  override name = 'MockError';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface ErrorBody {
  error: { code: string; message: string };
}

export function errorBody(code: string, message: string): ErrorBody {
  return { error: { code, message } };
}
