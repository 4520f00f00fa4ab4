/** Height of a row of the table, px. */
export const ROW_HEIGHT = 21;
