export function loadChdb(): unknown;
