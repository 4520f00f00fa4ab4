import pc from 'picocolors';

const { NO_COLOR, FORCE_COLOR } = process.env;
const wanted = (isTerminal: boolean): boolean => !NO_COLOR && (isTerminal || Boolean(FORCE_COLOR));

/** Colours where somebody looks at them: what is piped on, in CI too, is plain. */
export const out = pc.createColors(wanted(process.stdout.isTTY));
export const err = pc.createColors(wanted(process.stderr.isTTY));
