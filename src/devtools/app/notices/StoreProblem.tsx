/** All that there is to show while the store does not open. */
export function StoreProblem({ reason }: { reason: string }) {
  return (
    <main class="app">
      <div class="screen" role="alert">
        <h1>The recordings cannot be read</h1>
        <p>
          The browser’s storage for this extension does not open: {reason} It is tried again until it does;
          nothing that was recorded is lost by that.
        </p>
      </div>
    </main>
  );
}
