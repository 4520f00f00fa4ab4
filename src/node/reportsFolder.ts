import { fileURLToPath } from 'node:url';

/** The folder of the package with its reports. Two folders up from the source as from the build. */
export const REPORTS_FOLDER = fileURLToPath(new URL('../../reports', import.meta.url));
