import { uncurry } from './reflect.ts';

export const parseJson = JSON.parse;

export const toLowerCase = uncurry(String.prototype.toLowerCase);
export const startsWith = uncurry(String.prototype.startsWith) as (text: string, start: string) => boolean;
export const substring = uncurry(String.prototype.substring) as (
  text: string,
  from: number,
  to?: number,
) => string;
export const indexOf = uncurry(String.prototype.indexOf) as (
  text: string,
  part: string,
  from?: number,
) => number;
