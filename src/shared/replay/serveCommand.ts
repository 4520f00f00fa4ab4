/**
 * Starts the mock server in a folder with the source of SSE Scope, once `npm run build:node` has built it. It names a file: the package
 * is not published, so a command that asks a registry for its name would run whatever somebody else publishes there.
 */
export const SERVE_COMMAND = 'node dist/node/main.js serve';
