/** A file that cannot be read: what is wrong and where, in a sentence for the user. */
export class FileError extends Error {
  override name = 'FileError';
}
