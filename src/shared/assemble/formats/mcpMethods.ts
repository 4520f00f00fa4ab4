const METHODS = new Set([
  'server/discover',
  'tools/list',
  'tools/call',
  'completion/complete',
  'logging/setLevel',
  'sampling/createMessage',
  'elicitation/create',
  'roots/list',
  'subscriptions/listen',
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'notifications/message',
  'notifications/roots/list_changed',
  'notifications/tools/list_changed',
  'notifications/prompts/list_changed',
  'notifications/resources/list_changed',
  'notifications/resources/updated',
  'notifications/elicitation/complete',
  'notifications/tasks/status',
  'notifications/subscriptions/acknowledged',
]);

/** Whether a method is of MCP alone: `initialize` and `ping` occur in protocols like LSP too. */
export function isMcpMethod(method: string): boolean {
  return METHODS.has(method) || /^(resources|prompts|tasks)\//.test(method);
}
