/** How long a test server takes, ms. Tests themselves wait for conditions. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
