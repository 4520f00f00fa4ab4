/** A page, or, with a session's ID, one of its workers or frames. */
export type Debuggee = { tabId?: number; sessionId?: string };

/** The part of `chrome.debugger` that the tap needs. */
export interface DebuggerApi {
  attach(target: { tabId: number }, version: string): Promise<void>;
  detach(target: { tabId: number }): Promise<void>;
  sendCommand(target: Debuggee, method: string, params?: Record<string, unknown>): Promise<unknown>;
  onEvent: { addListener(f: (source: Debuggee, method: string, params?: object) => void): void };
  onDetach: { addListener(f: (source: { tabId?: number }, reason: string) => void): void };
}

/** What to say of a failed attachment. */
export function attachProblem(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  if (/another debugger/i.test(text))
    return 'Another debugger is attached to this tab. Close it, then switch the wire on again.';
  return `The browser does not let the wire of this page be read: ${text}`;
}
