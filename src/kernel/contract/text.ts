// Texts in the order of their code points, as indexes with the collation "C" have them.

export const compareText = (a: string, b: string): number => a < b ? -1 : a > b ? 1 : 0
