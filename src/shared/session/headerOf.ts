/**
 * The first header of a name.
 *
 * @param name - in lower case
 */
export function headerOf(
  headers: readonly (readonly [name: string, value: string])[] | undefined,
  name: string,
): string | undefined {
  return headers?.find(([own]) => own.toLowerCase() === name)?.[1];
}
