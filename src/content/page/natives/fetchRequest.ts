import { getter, uncurry } from './reflect.ts';

export const requestUrl = getter<Request, string>(Request.prototype, 'url');
export const requestMethod = getter<Request, string>(Request.prototype, 'method');
export const requestHeaders = getter<Request, Headers>(Request.prototype, 'headers');
export const requestSignal = getter<Request, AbortSignal>(Request.prototype, 'signal');
export const signalAborted = getter<AbortSignal, boolean>(AbortSignal.prototype, 'aborted');

export const headerValue = uncurry(Headers.prototype.get);
export const eachHeader = uncurry(Headers.prototype.forEach) as (
  headers: Headers,
  callback: (value: string, name: string) => void,
) => void;
