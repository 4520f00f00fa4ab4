import { getter, uncurry } from './reflect.ts';

export const responseBody = getter<Response, ReadableStream | null>(Response.prototype, 'body');
export const responseBodyUsed = getter<Response, boolean>(Response.prototype, 'bodyUsed');
export const responseHeaders = getter<Response, Headers>(Response.prototype, 'headers');
export const responseStatus = getter<Response, number>(Response.prototype, 'status');
export const responseUrl = getter<Response, string>(Response.prototype, 'url');
export const cloneResponse = uncurry(Response.prototype.clone);
export const responseBuffer = uncurry(Response.prototype.arrayBuffer);
export const blobBuffer = uncurry(Blob.prototype.arrayBuffer);
const NativeTextDecoder = TextDecoder;
const decode = uncurry(TextDecoder.prototype.decode) as (decoder: TextDecoder, bytes: ArrayBuffer) => string;
/** The text that `Response.text()` makes of these bytes. */
export const textOf = (bytes: ArrayBuffer): string => decode(new NativeTextDecoder(), bytes);
