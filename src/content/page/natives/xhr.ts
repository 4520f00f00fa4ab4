import { getter, uncurry } from './reflect.ts';

const xhr = XMLHttpRequest.prototype;
export const xhrReadyState = getter<XMLHttpRequest, number>(xhr, 'readyState');
export const xhrStatus = getter<XMLHttpRequest, number>(xhr, 'status');
export const xhrResponseType = getter<XMLHttpRequest, string>(xhr, 'responseType');
export const xhrResponseText = getter<XMLHttpRequest, string>(xhr, 'responseText');
export const xhrResponse = getter<XMLHttpRequest, unknown>(xhr, 'response');
export const xhrResponseUrl = getter<XMLHttpRequest, string>(xhr, 'responseURL');
export const xhrHeader = uncurry(xhr.getResponseHeader);
export const xhrHeaders = uncurry(xhr.getAllResponseHeaders);

/** Values of `readyState`. */
export const HEADERS_RECEIVED = 2;
export const DONE = 4;
