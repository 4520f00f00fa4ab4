/** What keeps a page from a redirected stream, while it has been served none. */
export function Obstacles({ urls }: { urls: readonly string[] }) {
  return (
    <div class="replay-obstacles">
      <p>
        The page has not been served {urls.length === 1 ? 'this stream' : 'these streams'} yet. If it should
        have been:
      </p>
      <ul>
        <li>
          Its Content-Security-Policy may not allow <code>connect-src http://127.0.0.1:*</code>: the page’s
          console says so. Serve the page without it while you replay.
        </li>
        <li>
          The browser may ask whether the page may reach this machine (“local network access”): allow it, and
          reload.
        </li>
        <li>
          A <code>fetch</code> with <code>redirect: 'error'</code> refuses to be redirected. Start the mock
          server at the page’s own origin instead, or use <code>sse-scope proxy</code>.
        </li>
        <li>
          From an https page, browsers let plain http only to <code>127.0.0.1</code> and{' '}
          <code>localhost</code>: anywhere else the mock server needs <code>--tls</code>.
        </li>
        <li>
          It may need a click first, as it did when it was recorded; streams of workers are not redirected.
        </li>
      </ul>
    </div>
  );
}
