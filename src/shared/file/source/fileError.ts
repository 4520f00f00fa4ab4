/** A file that cannot be read: what is wrong and where, in a sentence for the user. */
export class FileError extends Error {
  override name = 'FileError';
  /** Exchanges that can be read all the same, if the user wants them. */
  readonly readable: number;

  constructor(message: string, readable = 0) {
    super(message);
    this.readable = readable;
  }
}
